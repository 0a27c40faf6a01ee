// The one thing that needs the machine's own language: to leave one stack in the middle of a function and go
// on in the middle of another.
#pragma once
#include <cstddef>

#if !defined(__x86_64__) || defined(EMU_UCONTEXT)
#include <ucontext.h>
#endif

namespace emu {

// A place to go on at. On x86-64 a stack pointer is enough: what a call must preserve lies on the stack
// there. Elsewhere POSIX's ucontext, which costs two system calls a switch (10 times the price).
struct Context {
#if defined(__x86_64__) && !defined(EMU_UCONTEXT)
  void* stack_pointer = nullptr;
#else
  ucontext_t registers{};
#endif
};

// A context that begins `entry` on this stack. `entry` never returns.
void make_context(Context& context, char* stack, size_t bytes, void (*entry)());
// Goes on at `to`; returns when somebody goes on at `from`.
void switch_context(Context& from, Context& to);

}  // namespace emu
