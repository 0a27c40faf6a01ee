#include "kernels/emulation/fiber.h"

#include <sys/mman.h>

#include "kernels/emulation/call_site.h"
#include "kernels/emulation/sanitizers.h"

namespace emu {
namespace {

constexpr size_t kPageBytes = 4096;
constexpr size_t kStackBytes = (kAddressSanitizer ? 256 : 64) << 10;  // red zones make frames large

Fiber* left = nullptr;     // by the last switch
Fiber* entered = nullptr;  // by the last switch

}  // namespace

Fiber::Fiber() {
  if constexpr (kThreadSanitizer) thread_ = __tsan_get_current_fiber();
}

// Pages are taken when first touched; below them lies one that must not be, so an overflow ends the program.
Fiber::Fiber(void (*entry)()) : entry_(entry) {
  void* const mapping = mmap(nullptr, kPageBytes + kStackBytes, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) fail("cannot map a fiber stack");
  mprotect(mapping, kPageBytes, PROT_NONE);
  char* const stack = static_cast<char*>(mapping) + kPageBytes;
  stack_ = stack;
  stack_bytes_ = kStackBytes;
  make_context(context_, stack, kStackBytes, begin);
  if constexpr (kThreadSanitizer) thread_ = __tsan_create_fiber(0);
}

void Fiber::resume_from(Fiber& from) {
  left = &from;
  entered = this;
  if constexpr (kThreadSanitizer) __tsan_switch_to_fiber(thread_, __tsan_switch_to_fiber_no_sync);
  if constexpr (kAddressSanitizer) __sanitizer_start_switch_fiber(&from.fake_stack_, stack_, stack_bytes_);
  switch_context(from.context_, context_);
  // Somebody came back to `from`. Only now is the stack known that was left, if it was not one of ours.
  if constexpr (kAddressSanitizer)
    __sanitizer_finish_switch_fiber(from.fake_stack_, &left->stack_, &left->stack_bytes_);
}

void Fiber::begin() {
  if constexpr (kAddressSanitizer)
    __sanitizer_finish_switch_fiber(nullptr, &left->stack_, &left->stack_bytes_);
  entered->entry_();
}

}  // namespace emu
