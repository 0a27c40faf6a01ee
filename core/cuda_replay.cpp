#include "core/cuda_replay.h"

#include "core/cuda_device.h"

namespace huegrad {
namespace {

// Keeps what it has taken from everybody else, and shares nothing: the second run, which is captured, may not
// need more than the first. So nothing is given back either while there is too little: allocate() throws.
std::shared_ptr<CachingAllocator> make_memory() {
  return std::make_shared<CachingAllocator>(MemorySource{
      .take = [](int64_t bytes) { return cuda_allocator().allocate(bytes); },
      .give_back = [](void* pointer, int64_t bytes) { cuda_allocator().release(pointer, bytes); },
      .host = false,
      .shares = false});
}

}  // namespace

void CudaReplay::run(const std::vector<int64_t>& key, const std::function<void()>& work) {
  const bool is_new = !memory_ || key != key_;
  if (is_new) {
    graph_.reset();
    memory_ = make_memory();
    key_ = key;
  }
  const CudaMemoryScope scope(memory_);
  if (is_new) return work();  // takes memory, chooses plans: nothing of which a capture may do
  if (!graph_) graph_ = std::make_unique<CudaGraph>(cuda_context(), work);
  graph_->launch();
}

}  // namespace huegrad
