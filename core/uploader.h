// Brings tensors from host memory to the CUDA device beside its work: a queue of its own copies them out of
// pinned memory while kernels that were queued before still run.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "core/tensor.h"
#include "kernels/cuda_context.h"

namespace huegrad {

class Uploader {
 public:
  Uploader();

  // The same numbers on the device, for what is queued until the next call. The host waits only if the copies
  // of the second last call are not done yet.
  const std::vector<Tensor>& upload(const std::vector<Tensor>& host);
  // The same for tensors in pinned memory, which are copied from where they are and must not change until the
  // second next call; they are kept until then.
  const std::vector<Tensor>& upload_pinned(std::vector<Tensor> host);

 private:
  struct Slot {
    Slot();
    std::vector<Tensor> staging, source, device;
    CudaEvent called;   // when the upload began: what used the slot before last was queued earlier
    CudaEvent arrived;  // the copies are done
  };
  Slot& next_slot();
  const std::vector<Tensor>& copy(Slot& slot);

  std::array<Slot, 2> slots_;
  CudaQueue queue_;  // last: waits for its copies when it goes, and they need the slots
  int64_t calls_ = 0;
};

}  // namespace huegrad
