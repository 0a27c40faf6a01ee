#include "net/queued_steps.h"

#include "core/cuda_device.h"

namespace huegrad {
namespace {

constexpr int64_t kMostScalars = 16;
const Device kCuda{DeviceKind::cuda};

// All that a captured step depends on.
std::vector<int64_t> key_of(Batch& batch) {
  std::vector<int64_t> key = {int64_t(cuda_context().convolution), cuda_context().tensor_float32};
  for (const Tensor* tensor : batch.tensors()) {
    key.push_back(int64_t(reinterpret_cast<intptr_t>(tensor->address())));
    key.insert(key.end(), tensor->shape().begin(), tensor->shape().end());
  }
  return key;
}

}  // namespace

// Numbers that are still on their way need the memory that they go to.
QueuedSteps::~QueuedSteps() {
  if (reports_.empty()) return;
  try {
    cuda_context().synchronize();
  } catch (const CudaError&) {  // of a step that nobody asks about any more
  }
}

void QueuedSteps::place(Batch batch) {
  if (!batch.lightness.device().in_host_memory()) {
    placed_ = batch;
    return;
  }
  std::vector<Tensor> host;
  for (const Tensor* tensor : batch.tensors()) host.push_back(*tensor);
  const std::vector<Tensor>& arrived = uploader_.upload(host);
  for (size_t i = 0; i < arrived.size(); ++i) {
    Tensor& place = *placed_.tensors()[i];
    if (!place.defined() || place.shape() != arrived[i].shape())
      place = Tensor::empty(arrived[i].shape(), arrived[i].dtype(), kCuda);
    place.copy_from(arrived[i]);
  }
}

void QueuedSteps::queue(Batch batch, const std::function<std::vector<Tensor>(const Batch& placed)>& work) {
  place(std::move(batch));
  if (!scalars_.defined()) scalars_ = Tensor::zeros({kMostScalars}, DType::float32, kCuda);
  CudaContext& context = cuda_context();
  replay_.run(key_of(placed_), [&] {
    const std::vector<Tensor> results = work(placed_);
    for (size_t i = 0; i < results.size(); ++i)
      context.copy(scalars_.data<float>() + i, results[i].address(), sizeof(float), CudaCopy::within_device);
  });
  Report report{Tensor::pinned({kMostScalars}), std::make_unique<CudaEvent>(context)};
  context.copy(report.values.address(), scalars_.address(), scalars_.bytes(), CudaCopy::to_host);
  report.arrived->record();
  reports_.push_back(std::move(report));
}

std::vector<float> QueuedSteps::take() {
  const Report report = std::move(reports_.front());
  reports_.pop_front();
  report.arrived->synchronize();
  return report.values.values<float>();
}

}  // namespace huegrad
