// cuDNN on the host: a plan's description is taken as it is, its execution is the definition of the
// convolution, queued in stream order. Tests of the real descriptions need no device (tests/vendor).
#include "kernels/vendor/cudnn_plan.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "kernels/cuda_context.h"
#include "kernels/emulation/vendor_operation.h"

namespace huegrad::vendor {

struct CudnnDevice::Body {
  cudaStream_t stream = nullptr;
  std::string name;
};

CudnnDevice::CudnnDevice(CUstream_st* stream, const std::string& name)
    : body_(std::make_unique<Body>(Body{stream, name})) {
  if (emu::pretended() == "closed") throw CudaError("[cudnnCreate] the stand-in for cuDNN does not open");
}
CudnnDevice::CudnnDevice(const std::string&) : body_(std::make_unique<Body>()) {}
CudnnDevice::~CudnnDevice() = default;

std::string cudnn_unavailable() { return ""; }
int cudnn_version() { return 0; }

struct ConvolutionPlan::Body {
  ConvolutionGraph graph;
};

namespace {

constexpr int64_t kWorkspaceBytes = 131;  // a number that is nobody's multiple

// An array of the plan as floats: as tensor cores see it, and back.
std::vector<float> read(const ConvolutionGraph& g, const void* array, int64_t size) {
  std::vector<float> values;
  for (int64_t i = 0; i < size; ++i) {
    const float value = g.math == ConvolutionMath::bfloat16 ? float(static_cast<const bfloat16*>(array)[i])
                                                            : static_cast<const float*>(array)[i];
    values.push_back(g.math == ConvolutionMath::tensor_float32 ? emu::rounded_to_tf32(value) : value);
  }
  return values;
}

void write(const ConvolutionGraph& g, const std::vector<float>& values, const void* array) {
  auto* to = const_cast<void*>(array);
  for (size_t i = 0; i < values.size(); ++i)
    if (g.math == ConvolutionMath::bfloat16)
      static_cast<bfloat16*>(to)[i] = bfloat16(values[i]);
    else
      static_cast<float*>(to)[i] = values[i];
}

void compute(const ConvolutionGraph& g, const ConvolutionArrays& arrays) {
  const Conv2dShape& s = g.shape;
  std::vector<float> result;
  const auto x = [&] { return read(g, arrays.x, s.input_size()); };
  const auto w = [&] { return read(g, arrays.w, s.weight_size()); };
  const auto y = [&] { return read(g, arrays.y, s.output_size()); };
  switch (g.pass) {
    case ConvolutionPass::forward: {
      const auto bias = g.bias ? read(g, arrays.bias, s.out_channels) : std::vector<float>();
      result.resize(size_t(s.output_size()));
      conv2d_forward(Reference{}, s, x().data(), w().data(),
                     Conv2dEpilogue<float>{.bias = g.bias ? bias.data() : nullptr, .relu = g.relu},
                     result.data());
      return write(g, result, arrays.y);
    }
    case ConvolutionPass::backward_data:
      result.resize(size_t(s.input_size()));
      conv2d_backward_data(Reference{}, s, w().data(), y().data(), result.data());
      return write(g, result, arrays.x);
    case ConvolutionPass::backward_weight:
      result.resize(size_t(s.weight_size()));
      conv2d_backward_weight(Reference{}, s, x().data(), y().data(), result.data());
      return write(g, result, arrays.w);
  }
}

}  // namespace

// Refuses what cuDNN's engines were seen to refuse: a ReLU without a bias.
ConvolutionPlan::ConvolutionPlan(const CudnnDevice&, const ConvolutionGraph& graph)
    : body_(std::make_unique<Body>(Body{graph})) {
  if ((graph.relu && !graph.bias) || emu::pretended() == "planless")
    throw CudaError("the stand-in for cuDNN has no engine for this");
}

ConvolutionPlan::ConvolutionPlan(std::unique_ptr<Body> body) : body_(std::move(body)) {}

std::vector<std::unique_ptr<ConvolutionPlan>> ConvolutionPlan::guesses(const CudnnDevice& device,
                                                                       const ConvolutionGraph& graph,
                                                                       int most) {
  std::vector<std::unique_ptr<ConvolutionPlan>> plans;
  for (int i = 0; i < std::min(most, 2); ++i)
    plans.push_back(std::make_unique<ConvolutionPlan>(device, graph));
  return plans;
}

ConvolutionPlan::~ConvolutionPlan() = default;

int64_t ConvolutionPlan::workspace_bytes() const { return kWorkspaceBytes; }
int64_t ConvolutionPlan::engine() const { return 0; }
bool ConvolutionPlan::uses_tensor_cores() const { return body_->graph.math != ConvolutionMath::float32; }

void ConvolutionPlan::execute(const CudnnDevice& device, const ConvolutionArrays& arrays,
                              void* workspace) const {
  for (const void* pointer :
       {arrays.x, arrays.w, arrays.y, arrays.bias, static_cast<const void*>(workspace)}) {
    emu::check_device_pointer(pointer, 0);
    if (reinterpret_cast<uintptr_t>(pointer) % size_t(kConvolutionAlignment) != 0)
      throw CudaError("[cudnnBackendExecute: " + to_string(body_->graph) +
                      "] an array does not begin at a multiple of 16 bytes (" + device.body().name + ")");
  }
  emu::enqueue_host_op(device.body().stream, [=, graph = body_->graph] {
    std::memset(workspace, 0xff, size_t(kWorkspaceBytes));  // nothing that is read may lie there
    compute(graph, arrays);
    std::memset(workspace, 0xff, size_t(kWorkspaceBytes));  // nor anything that was written
  });
}

}  // namespace huegrad::vendor
