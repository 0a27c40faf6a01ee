#include "kernels/vendor/cudnn_plan.h"

#include <algorithm>
#include <optional>

#include "kernels/cuda_context.h"
#include "kernels/vendor/loaded/cudnn_descriptor.h"

namespace huegrad::vendor {

struct CudnnDevice::Body {
  cudnnHandle_t handle = nullptr;
  std::string name;
  std::optional<Descriptor> description;

  ~Body() {
    if (handle) cudnn().destroy(handle);
  }
};

CudnnDevice::CudnnDevice(CUstream_st* stream, const std::string& name) : body_(std::make_unique<Body>()) {
  body_->name = name;
  check_status(cudnn().create(&body_->handle), "cudnnCreate on " + name);
  check_status(cudnn().set_stream(body_->handle, stream), "cudnnSetStream");
}

CudnnDevice::CudnnDevice(const std::string& description) : body_(std::make_unique<Body>()) {
  Descriptor device(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
  device.set_text(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, description);
  body_->description.emplace(std::move(device).finalize());
}

CudnnDevice::~CudnnDevice() = default;

std::string cudnn_unavailable() {
  try {
    cudnn();
    return "";
  } catch (const CudaError& error) {
    return error.what();
  }
}

int cudnn_version() { return cudnn().version; }

namespace {

enum TensorName : int64_t { kX = 1, kW, kY, kBias, kSum, kBiased };

// Logical extents are N, C, H, W whatever the layout; the strides say that memory is NHWC (filters KRSC). An
// extent of one may have any stride, but engines judge layouts by the strides: these are the dense ones.
struct Extents {
  int64_t n, c, h, w;
};

Descriptor tensor(TensorName name, cudnnDataType_t type, const Extents& e, bool is_virtual = false) {
  Descriptor d(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
  d.set(CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, int64_t(name))
      .set(CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, type)
      .set(CUDNN_ATTR_TENSOR_DIMENSIONS, {e.n, e.c, e.h, e.w})
      .set(CUDNN_ATTR_TENSOR_STRIDES, {e.h * e.w * e.c, 1, e.w * e.c, e.c})
      .set(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, kConvolutionAlignment)
      .set(CUDNN_ATTR_TENSOR_IS_VIRTUAL, CUDNN_TYPE_BOOLEAN, is_virtual);
  return std::move(d).finalize();
}

Descriptor convolution(const Conv2dShape& s) {
  Descriptor d(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
  d.set(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64, int64_t(2))
      .set(CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, CUDNN_DATA_FLOAT)
      .set(CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, CUDNN_CROSS_CORRELATION)
      .set(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, {s.padding, s.padding})
      .set(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, {s.padding, s.padding})
      .set(CUDNN_ATTR_CONVOLUTION_DILATIONS, {s.dilation, s.dilation})
      .set(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, {s.stride, s.stride});
  return std::move(d).finalize();
}

// What a pass and its attributes are called.
struct PassNames {
  cudnnBackendDescriptorType_t operation;
  cudnnBackendAttributeName_t convolution, x, w, y, alpha, beta;
};

PassNames names(ConvolutionPass pass) {
  switch (pass) {
    case ConvolutionPass::forward:
      return {CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR,
              CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
              CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,
              CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,
              CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y,
              CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA,
              CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA};
    case ConvolutionPass::backward_data:
      return {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA,
              CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA};
    case ConvolutionPass::backward_weight:
      break;
  }
  return {CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR,
          CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
          CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,
          CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW,
          CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY,
          CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA,
          CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA};
}

// y = mode(x) or mode(x, b)
Descriptor pointwise(cudnnPointwiseMode_t mode, const Descriptor& x, const Descriptor* b,
                     const Descriptor& y) {
  Descriptor kind(CUDNN_BACKEND_POINTWISE_DESCRIPTOR);
  kind.set(CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, mode)
      .set(CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_TYPE_DATA_TYPE, CUDNN_DATA_FLOAT);
  const Descriptor finished = std::move(kind).finalize();
  Descriptor operation(CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
  operation.set(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, finished)
      .set(CUDNN_ATTR_OPERATION_POINTWISE_XDESC, x)
      .set(CUDNN_ATTR_OPERATION_POINTWISE_YDESC, y);
  if (b) operation.set(CUDNN_ATTR_OPERATION_POINTWISE_BDESC, *b);
  return std::move(operation).finalize();
}

// convolution -> sum -> + bias -> biased -> relu -> result; intermediate tensors are virtual: they never are
// in memory.
std::vector<Descriptor> operations(const ConvolutionGraph& graph) {
  const Conv2dShape& s = graph.shape;
  const cudnnDataType_t type =
      graph.math == ConvolutionMath::bfloat16 ? CUDNN_DATA_BFLOAT16 : CUDNN_DATA_FLOAT;
  const Extents image = {s.batch, s.out_channels, s.out_height(), s.out_width()};
  const auto stored = [&](TensorName name, const Extents& extents) { return tensor(name, type, extents); };
  const Descriptor x = stored(kX, {s.batch, s.in_channels, s.in_height, s.in_width});
  const Descriptor w = stored(kW, {s.out_channels, s.in_channels, s.kernel_height, s.kernel_width});
  const Descriptor y = stored(kY, image), bias = stored(kBias, {1, s.out_channels, 1, 1});
  const Descriptor sum = tensor(kSum, CUDNN_DATA_FLOAT, image, true);
  const Descriptor biased = tensor(kBiased, CUDNN_DATA_FLOAT, image, true);

  const PassNames name = names(graph.pass);
  Descriptor pass(name.operation);
  pass.set(name.convolution, convolution(s))
      .set(name.x, x)
      .set(name.w, w)
      .set(name.y, graph.bias || graph.relu ? sum : y)
      .set(name.alpha, CUDNN_TYPE_FLOAT, 1.0f)
      .set(name.beta, CUDNN_TYPE_FLOAT, 0.0f);
  std::vector<Descriptor> list;
  list.push_back(std::move(pass).finalize());
  if (graph.bias) list.push_back(pointwise(CUDNN_POINTWISE_ADD, sum, &bias, graph.relu ? biased : y));
  if (graph.relu) list.push_back(pointwise(CUDNN_POINTWISE_RELU_FWD, graph.bias ? biased : sum, nullptr, y));
  return list;
}

Descriptor operation_graph(const CudnnDevice::Body& device, const ConvolutionGraph& graph) {
  const std::vector<Descriptor> list = operations(graph);
  std::vector<cudnnBackendDescriptor_t> pointers;
  for (const Descriptor& operation : list) pointers.push_back(operation.get());
  Descriptor d(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
  d.set_all(CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR, pointers);
  if (device.handle) d.set(CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, device.handle);
  return std::move(d).finalize();
}

// An engine and what it says about itself.
struct Engine {
  int64_t number = 0;
  std::vector<cudnnBackendNumericalNote_t> numerics;
  std::vector<cudnnBackendBehaviorNote_t> behaviour;

  explicit Engine(const Descriptor& configuration) {
    const std::vector<Descriptor> engines =
        configuration.get_descriptors(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_BACKEND_ENGINE_DESCRIPTOR);
    const Descriptor& engine = engines.at(0);
    number = engine.get_int(CUDNN_ATTR_ENGINE_GLOBAL_INDEX);
    numerics = engine.get_all<cudnnBackendNumericalNote_t>(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE,
                                                           CUDNN_TYPE_NUMERICAL_NOTE);
    behaviour =
        engine.get_all<cudnnBackendBehaviorNote_t>(CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE, CUDNN_TYPE_BEHAVIOR_NOTE);
  }
  bool has(cudnnBackendNumericalNote_t note) const {
    return std::find(numerics.begin(), numerics.end(), note) != numerics.end();
  }
  // Deterministic, and as exact as asked for: TF32 is what engines with tensor cores make of float. Engines
  // that are compiled when first used would need NVRTC and seconds.
  bool suits(ConvolutionMath math) const {
    return !has(CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC) &&
           !has(CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION) &&
           std::find(behaviour.begin(), behaviour.end(), CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION) ==
               behaviour.end() &&
           has(CUDNN_NUMERICAL_NOTE_TENSOR_CORE) == (math != ConvolutionMath::float32);
  }
};

}  // namespace

struct ConvolutionPlan::Body {
  ConvolutionGraph graph;
  Descriptor plan;
  Engine engine;
  int64_t workspace_bytes = 0;
};

namespace {

// Calls visit(configuration) with cuDNN's proposals for the graph, best guess first, until it returns true.
template <class Visit>
void for_each_configuration(const CudnnDevice::Body& device, const ConvolutionGraph& graph,
                            const Visit& visit) {
  const Descriptor operations = operation_graph(device, graph);
  for (const cudnnBackendHeurMode_t mode : {CUDNN_HEUR_MODE_A, CUDNN_HEUR_MODE_FALLBACK}) {
    Descriptor query(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
    query.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, operations)
        .set(CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, mode);
    if (device.description) query.set(CUDNN_ATTR_ENGINEHEUR_DEVICEPROP, *device.description);
    const Descriptor guesses = std::move(query).finalize();
    for (const Descriptor& configuration :
         guesses.get_descriptors(CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR))
      if (visit(configuration)) return;
  }
}

// Empty if the engine does not take the graph.
std::optional<Descriptor> finalized_plan(const CudnnDevice::Body& device, const Descriptor& configuration) {
  Descriptor plan(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
  plan.set(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, configuration);
  if (device.handle) plan.set(CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, device.handle);
  if (device.description) plan.set(CUDNN_ATTR_EXECUTION_PLAN_DEVICEPROP, *device.description);
  if (plan.try_finalize()) return plan;
  return std::nullopt;
}

// Calls visit(Body&&) with what suits, best guess first, until it returns true.
template <class Body, class Visit>
void for_each_suitable(const CudnnDevice::Body& device, const ConvolutionGraph& graph, const Visit& visit) {
  for_each_configuration(device, graph, [&](const Descriptor& configuration) {
    Engine engine(configuration);
    if (!engine.suits(graph.math)) return false;
    auto plan = finalized_plan(device, configuration);
    if (!plan) return false;
    const int64_t bytes = plan->get_int(CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE);
    return visit(Body{graph, std::move(*plan), std::move(engine), bytes});
  });
}

}  // namespace

ConvolutionPlan::ConvolutionPlan(std::unique_ptr<Body> body) : body_(std::move(body)) {}

ConvolutionPlan::ConvolutionPlan(const CudnnDevice& device, const ConvolutionGraph& graph) {
  for_each_suitable<Body>(device.body(), graph, [&](Body&& body) {
    if (!body_ || body.workspace_bytes < body_->workspace_bytes)
      body_ = std::make_unique<Body>(std::move(body));
    return body_->workspace_bytes <= kWorkspaceLimit;
  });
  if (!body_) throw CudaError("cuDNN has no engine for this");
}

std::vector<std::unique_ptr<ConvolutionPlan>> ConvolutionPlan::guesses(const CudnnDevice& device,
                                                                       const ConvolutionGraph& graph,
                                                                       int most) {
  std::vector<std::unique_ptr<ConvolutionPlan>> plans;
  for_each_suitable<Body>(device.body(), graph, [&](Body&& body) {
    if (body.workspace_bytes <= kWorkspaceLimit)
      plans.emplace_back(new ConvolutionPlan(std::make_unique<Body>(std::move(body))));
    return int(plans.size()) >= most;
  });
  return plans;
}

ConvolutionPlan::~ConvolutionPlan() = default;

int64_t ConvolutionPlan::workspace_bytes() const { return body_->workspace_bytes; }
int64_t ConvolutionPlan::engine() const { return body_->engine.number; }
bool ConvolutionPlan::uses_tensor_cores() const {
  return body_->engine.has(CUDNN_NUMERICAL_NOTE_TENSOR_CORE);
}

void ConvolutionPlan::execute(const CudnnDevice& device, const ConvolutionArrays& arrays,
                              void* workspace) const {
  std::vector<int64_t> names = {kX, kW, kY};
  std::vector<const void*> pointers = {arrays.x, arrays.w, arrays.y};
  if (body_->graph.bias) {
    names.push_back(kBias);
    pointers.push_back(arrays.bias);
  }
  Descriptor pack(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
  pack.set(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, names)
      .set_all(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, pointers)
      .set(CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, workspace);
  const Descriptor finished = std::move(pack).finalize();
  check_status(cudnn().execute(device.body().handle, body_->plan.get(), finished.get()),
               "cudnnBackendExecute: " + to_string(body_->graph) + ", on " + device.body().name);
}

}  // namespace huegrad::vendor
