// Steps of training on the CUDA device that nobody waits for: the batch goes to a fixed place, the step is
// replayed as a graph (core/cuda_replay.h), and its numbers come back while later steps run.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "core/cuda_replay.h"
#include "core/uploader.h"
#include "data/batch.h"

namespace huegrad {

class QueuedSteps {
 public:
  QueuedSteps() = default;
  ~QueuedSteps();
  QueuedSteps(const QueuedSteps&) = delete;

  // Queues one step on `batch`, in host memory or in tensors on the device that are the same in every step.
  // work(placed) gets the batch on the device, queues forward and backward pass and update, and returns the
  // scalars to report, floats on the device.
  void queue(Batch batch, const std::function<std::vector<Tensor>(const Batch& placed)>& work);

  // Steps whose numbers have not been taken.
  int64_t pending() const { return int64_t(reports_.size()); }
  // The numbers of the earliest such step; waits for it.
  std::vector<float> take();

 private:
  struct Report {
    Tensor values;  // pinned
    std::unique_ptr<CudaEvent> arrived;
  };

  void place(Batch batch);

  Uploader uploader_;
  Batch placed_;  // on the device
  CudaReplay replay_;
  Tensor scalars_;  // on the device: the numbers of the latest step
  std::deque<Report> reports_;
};

}  // namespace huegrad
