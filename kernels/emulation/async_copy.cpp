#include "kernels/emulation/async_copy.h"

#include <cstring>

#include "kernels/emulation/block.h"
#include "kernels/emulation/sanitizers.h"

namespace emu {

void async_copy(void* to, const void* from, size_t bytes, CallSite where) {
  const UnseenByThreadSanitizer unseen;
  for (const void* pointer : {static_cast<const void*>(to), from})
    if (reinterpret_cast<uintptr_t>(pointer) % bytes != 0)
      fail("%s: cp.async of %zu bytes at %p, which is no multiple of them", where.text().c_str(), bytes,
           pointer);
  block.self().copies.open.push_back({to, from, bytes});
}

void async_copy_commit() {
  const UnseenByThreadSanitizer unseen;
  block.self().copies.commit();
}

// The sanitizers see these copies, as accesses of the thread that waits for them.
void async_copy_wait(int pending) {
  block.self().copies.wait(pending, [](const AsyncCopy& copy) {
    if (copy.from)
      std::memcpy(copy.to, copy.from, copy.bytes);
    else
      std::memset(copy.to, 0, copy.bytes);
  });
}

}  // namespace emu
