#include "kernels/emulation/shared_memory.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "kernels/emulation/block.h"
#include "kernels/emulation/sanitizers.h"

namespace emu {
namespace {

using Buffer = std::unique_ptr<void, decltype(&std::free)>;

struct Slot {
  const void* declaration;
  Buffer buffer;
};
std::vector<Slot> slots;
Buffer dynamic(nullptr, std::free);

// Nothing beyond `bytes` may be touched, although aligned_alloc wants whole multiples of the alignment.
Buffer new_buffer(size_t bytes, size_t alignment) {
  const size_t whole = (bytes + alignment - 1) / alignment * alignment;
  Buffer buffer(std::aligned_alloc(alignment, whole), std::free);
  std::memset(buffer.get(), 0xff, bytes);
  forbid(static_cast<char*>(buffer.get()) + bytes, whole - bytes);
  return buffer;
}

}  // namespace

void* shared_slot(const void* declaration, size_t bytes, size_t alignment) {
  for (const Slot& slot : slots)
    if (slot.declaration == declaration) return slot.buffer.get();
  const UnseenByThreadSanitizer unseen;
  slots.push_back({declaration, new_buffer(bytes, std::max<size_t>(alignment, 16))});
  return slots.back().buffer.get();
}

void* dynamic_shared_base() { return dynamic.get(); }

void begin_shared_memory(size_t dynamic_bytes) {
  const UnseenByThreadSanitizer unseen;
  if (dynamic_bytes > 0) dynamic = new_buffer(dynamic_bytes, 1024);
}

void end_shared_memory() {
  slots.clear();
  dynamic.reset();
}

}  // namespace emu
