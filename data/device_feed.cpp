#include "data/device_feed.h"

namespace huegrad {

DeviceFeed::DeviceFeed(Loader& loader)
    : loader_(loader),
      encoder_({DeviceKind::cuda}, loader.options(), loader.raw_format()),
      batch_(encoder_.empty_batch(loader.options().batch_size)) {}

const Batch& DeviceFeed::batch(int64_t step) {
  RawBatch raw = loader_.raw_batch(step);
  batch_.names = std::move(raw.names);
  encoder_.encode(uploader_.upload_pinned({raw.bytes})[0], batch_);
  return batch_;
}

}  // namespace huegrad
