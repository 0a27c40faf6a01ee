// Batches on the CUDA device, made there out of bytes: the loader's threads only cut and copy, and the bytes
// of a batch arrive while the step before it computes.
#pragma once
#include "core/uploader.h"
#include "data/batch_encoder.h"
#include "data/loader.h"

namespace huegrad {

class DeviceFeed {
 public:
  // Of an augmenting loader, whose batches are all of one size.
  explicit DeviceFeed(Loader& loader);

  // Batch `step` of the loader, in the same tensors every time: overwritten by the next call, in the order of
  // the device's work. The host does not wait for the device.
  const Batch& batch(int64_t step);

 private:
  Loader& loader_;
  BatchEncoder encoder_;
  Batch batch_;
  Uploader uploader_;
};

}  // namespace huegrad
