#include "kernels/emulation/context_switch.h"

#if defined(__x86_64__) && !defined(EMU_UCONTEXT)

// System V ABI: rbx, rbp, r12 to r15 and the stack pointer survive a call; everything else the caller gave
// up.
extern "C" void emu_switch(void** save_stack_pointer, void* stack_pointer);
asm(R"(
.text
.globl emu_switch
.type emu_switch,@function
emu_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size emu_switch,.-emu_switch
)");

namespace emu {

// The stack looks as if `entry` had called emu_switch with six registers of nothing; as after any call, the
// stack pointer is 8 off a multiple of 16 when `entry` begins.
void make_context(Context& context, char* stack, size_t bytes, void (*entry)()) {
  void** const top = reinterpret_cast<void**>(stack + bytes) - 2;
  top[0] = reinterpret_cast<void*>(entry);
  top[1] = nullptr;
  context.stack_pointer = top - 6;
}

void switch_context(Context& from, Context& to) { emu_switch(&from.stack_pointer, to.stack_pointer); }

}  // namespace emu

#else

namespace emu {

void make_context(Context& context, char* stack, size_t bytes, void (*entry)()) {
  getcontext(&context.registers);
  context.registers.uc_stack.ss_sp = stack;
  context.registers.uc_stack.ss_size = bytes;
  context.registers.uc_link = nullptr;
  makecontext(&context.registers, entry, 0);
}

void switch_context(Context& from, Context& to) { swapcontext(&from.registers, &to.registers); }

}  // namespace emu

#endif
