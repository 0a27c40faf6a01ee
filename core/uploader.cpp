#include "core/uploader.h"

#include <utility>

#include "core/cuda_device.h"

namespace huegrad {
namespace {

// tensors[i] becomes make(shape, dtype) where it differs from like[i] in them; whether any did.
template <class Make>
bool match(std::vector<Tensor>& tensors, const std::vector<Tensor>& like, const Make& make) {
  bool changed = false;
  tensors.resize(like.size());
  for (size_t i = 0; i < like.size(); ++i) {
    if (tensors[i].defined() && tensors[i].shape() == like[i].shape() &&
        tensors[i].dtype() == like[i].dtype())
      continue;
    tensors[i] = make(like[i].shape(), like[i].dtype());
    changed = true;
  }
  return changed;
}

}  // namespace

Uploader::Slot::Slot() : called(cuda_context()), arrived(cuda_context()) {}

Uploader::Uploader() : queue_(cuda_context()) {}

// The one that was not used last, once its copies are done.
Uploader::Slot& Uploader::next_slot() {
  Slot& slot = slots_[size_t(calls_ % 2)];
  if (calls_ >= 2) slot.arrived.synchronize();
  return slot;
}

const std::vector<Tensor>& Uploader::upload(const std::vector<Tensor>& host) {
  Slot& slot = next_slot();
  match(slot.staging, host, Tensor::pinned);
  for (size_t i = 0; i < host.size(); ++i) slot.staging[i].copy_from(host[i]);
  slot.source = slot.staging;
  return copy(slot);
}

const std::vector<Tensor>& Uploader::upload_pinned(std::vector<Tensor> host) {
  Slot& slot = next_slot();
  slot.source = std::move(host);
  return copy(slot);
}

const std::vector<Tensor>& Uploader::copy(Slot& slot) {
  // What reads the slot's tensors was queued before the last call began; what was queued since then runs
  // beside the copies. Fresh memory may have been used by anything up to now.
  slot.called.record();
  const bool fresh = match(slot.device, slot.source, [](const Shape& shape, DType dtype) {
    return Tensor::empty(shape, dtype, {DeviceKind::cuda});
  });
  const Slot& last = slots_[size_t((calls_ + 1) % 2)];
  if (fresh || calls_ >= 1) queue_.wait(fresh ? slot.called : last.called);
  ++calls_;

  for (size_t i = 0; i < slot.source.size(); ++i)
    queue_.copy(slot.device[i].address(), slot.source[i].address(), slot.source[i].bytes(),
                CudaCopy::to_device);
  slot.arrived.record(queue_);
  cuda_context().wait(slot.arrived);
  return slot.device;
}

}  // namespace huegrad
