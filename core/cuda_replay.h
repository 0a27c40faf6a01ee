// Work on the CUDA device that is the same every time. It runs as it is the first time, is kept as a graph
// the second time, and from then on one call queues all of it: the host is done at once, however many kernels
// there are.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "core/allocator.h"
#include "kernels/cuda_context.h"

namespace huegrad {

class CudaReplay {
 public:
  // Queues `work`. All that it depends on, except what is in device memory, goes into `key`: addresses,
  // shapes, choices of algorithms; with another key it starts over. It must not wait for the device. The
  // tensors it makes live in memory that nothing else uses, so those that it leaves behind hold the results
  // of the latest run.
  void run(const std::vector<int64_t>& key, const std::function<void()>& work);

 private:
  std::vector<int64_t> key_;
  std::shared_ptr<CachingAllocator> memory_;  // before graph_, which goes on using it
  std::unique_ptr<CudaGraph> graph_;
};

}  // namespace huegrad
