// A fiber: a stack, and a place in code that runs on it until it hands the processor to another fiber by
// name.
#pragma once
#include "kernels/emulation/context_switch.h"

namespace emu {

class Fiber {
 public:
  Fiber();  // the stack that runs anyway
  // Begins with `entry`, which never returns, when first resumed. So the stack stays until the program ends.
  explicit Fiber(void (*entry)());
  Fiber(const Fiber&) = delete;

  // Leaves `from`, which runs, for this one; returns when somebody resumes `from`.
  void resume_from(Fiber& from);

 private:
  static void begin();

  Context context_;
  void (*entry_)() = nullptr;
  // For the sanitizers: the stack's lowest address and size, the address sanitizer's second stack while the
  // fiber is suspended, and what the thread sanitizer takes for a thread.
  const void* stack_ = nullptr;
  size_t stack_bytes_ = 0;
  void* fake_stack_ = nullptr;
  void* thread_ = nullptr;
};

}  // namespace emu
