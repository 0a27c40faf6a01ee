#include "kernels/vendor/cudnn_convolution.h"

#include <algorithm>
#include <limits>

#include "kernels/cast.h"
#include "kernels/cuda/context.h"
#include "kernels/vendor/cudnn_plans.h"
#include "kernels/vendor/library_choice.h"
#include "kernels/vendor/plan_scratch.h"

namespace huegrad::vendor {

const CudnnPlans::Entry& CudnnPlans::find(const ConvolutionGraph& graph, const ConvolutionArrays& arrays) {
  const auto [place, is_new] = plans_.try_emplace(graph);
  Entry& entry = place->second;
  if (is_new) try {
      auto plan = make(graph, arrays);
      context_.scratch(plan->workspace_bytes());  // now, while another way can be taken
      entry.plan = std::move(plan);
    } catch (const CudaError& error) {
      entry.why_not = error.what();
    }
  return entry;
}

std::unique_ptr<ConvolutionPlan> CudnnPlans::make(const ConvolutionGraph& graph,
                                                  const ConvolutionArrays& arrays) {
  const std::string name = to_string(graph);
  const auto known = context_.convolution_choices.find(name);
  const bool is_known = known != context_.convolution_choices.end();
  if (is_known || context_.measures_convolutions) {
    constexpr int kMost = 1000;  // guesses; a file may say anything
    auto guesses = ConvolutionPlan::guesses(
        device_, graph, is_known ? std::clamp(known->second, 0, kMost) + 1 : kMeasuredGuesses);
    const int chosen = is_known ? known->second : fastest(guesses, graph, arrays);
    if (chosen >= 0 && chosen < int(guesses.size())) {
      context_.convolution_choices[name] = chosen;
      return std::move(guesses[size_t(chosen)]);
    }
  }
  return std::make_unique<ConvolutionPlan>(device_, graph);
}

// A later guess must be faster than noise. Negative: there is none that runs.
int CudnnPlans::fastest(const std::vector<std::unique_ptr<ConvolutionPlan>>& guesses,
                        const ConvolutionGraph& graph, const ConvolutionArrays& arrays) {
  constexpr double kNoise = 0.98;
  int best = -1;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < int(guesses.size()); ++i) try {
      const double time = seconds_of(context_, device_, *guesses[size_t(i)], graph, arrays, least);
      if (time < kNoise * least) best = i, least = time;
    } catch (const CudaError&) {  // an engine that planned more than it can do
    }
  return best;
}

namespace {

template <class Storage>
ConvolutionMath math(const CudaContext& context) {
  if (std::is_same_v<Storage, bfloat16>) return ConvolutionMath::bfloat16;
  return context.tensor_float32 ? ConvolutionMath::tensor_float32 : ConvolutionMath::float32;
}

bool aligned(const ConvolutionArrays& arrays) {
  const auto bits = reinterpret_cast<uintptr_t>(arrays.x) | reinterpret_cast<uintptr_t>(arrays.w) |
                    reinterpret_cast<uintptr_t>(arrays.y) | reinterpret_cast<uintptr_t>(arrays.bias);
  return bits % uintptr_t(kConvolutionAlignment) == 0;
}

// Null: the work is not cuDNN's.
const ConvolutionPlan* find_plan(CudaContext& context, const ConvolutionGraph& graph,
                                 const ConvolutionArrays& arrays) {
  CudnnPlans* plans = connect(context, context.body().cudnn);
  if (!plans) return nullptr;
  const auto do_without = [&](const std::string& cause) {
    do_without_library(context.convolution, cause, to_string(graph));
    return nullptr;
  };
  if (!aligned(arrays)) return do_without("cuDNN takes arrays that begin at multiples of 16 bytes");
  const CudnnPlans::Entry& entry = plans->find(graph, arrays);
  if (!entry.plan) return do_without(entry.why_not + " (" + context.info().name + ")");
  return entry.plan.get();
}

void execute(CudaContext& context, const ConvolutionPlan& plan, const ConvolutionArrays& arrays,
             void* workspace) {
  plan.execute(context.body().cudnn.connection->device(), arrays, workspace);
}

}  // namespace

bool computes_convolutions(Cuda cuda) {
  return connect(*cuda.context, cuda.context->body().cudnn) != nullptr;
}

template <class Storage>
bool convolution_forward(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* w,
                         Conv2dEpilogue<float>& epilogue, Storage* y) {
  CudaContext& context = *cuda.context;
  constexpr bool casts_bias = std::is_same_v<Storage, bfloat16>;
  ConvolutionArrays arrays{x, w, y, casts_bias ? nullptr : epilogue.bias};
  const bool bias = epilogue.bias != nullptr;
  const ConvolutionPlan* plan = find_plan(
      context, {ConvolutionPass::forward, math<Storage>(context), s, bias, bias && epilogue.relu}, arrays);
  if (!plan) return false;
  const PlanScratch memory =
      plan_scratch(context, *plan, casts_bias && bias ? s.out_channels * int64_t(sizeof(Storage)) : 0);
  if constexpr (casts_bias)
    if (bias) {
      cast(cuda, s.out_channels, epilogue.bias, static_cast<bfloat16*>(memory.array));
      arrays.bias = memory.array;
    }
  execute(context, *plan, arrays, memory.workspace);
  if (bias) epilogue.bias = nullptr, epilogue.relu = false;
  return true;
}

template <class Storage>
bool convolution_backward_data(Cuda cuda, const Conv2dShape& s, const Storage* w, const Storage* dy,
                               Storage* dx) {
  CudaContext& context = *cuda.context;
  const ConvolutionArrays arrays{dx, w, dy};
  const ConvolutionPlan* plan =
      find_plan(context, {ConvolutionPass::backward_data, math<Storage>(context), s}, arrays);
  if (!plan) return false;
  execute(context, *plan, arrays, plan_scratch(context, *plan, 0).workspace);
  return true;
}

// No engine writes a float gradient of bfloat16 arrays: it is rounded to bfloat16 and widened.
template <class Storage>
bool convolution_backward_weight(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* dy,
                                 float* dw) {
  CudaContext& context = *cuda.context;
  constexpr bool casts = std::is_same_v<Storage, bfloat16>;
  ConvolutionArrays arrays{x, casts ? nullptr : dw, dy};
  const ConvolutionPlan* plan =
      find_plan(context, {ConvolutionPass::backward_weight, math<Storage>(context), s}, arrays);
  if (!plan) return false;
  const PlanScratch memory =
      plan_scratch(context, *plan, casts ? s.weight_size() * int64_t(sizeof(Storage)) : 0);
  if constexpr (casts) arrays.w = memory.array;
  execute(context, *plan, arrays, memory.workspace);
  if constexpr (casts) cast(cuda, s.weight_size(), static_cast<const bfloat16*>(memory.array), dw);
  return true;
}

template bool convolution_forward(Cuda, const Conv2dShape&, const float*, const float*,
                                  Conv2dEpilogue<float>&, float*);
template bool convolution_forward(Cuda, const Conv2dShape&, const bfloat16*, const bfloat16*,
                                  Conv2dEpilogue<float>&, bfloat16*);
template bool convolution_backward_data(Cuda, const Conv2dShape&, const float*, const float*, float*);
template bool convolution_backward_data(Cuda, const Conv2dShape&, const bfloat16*, const bfloat16*,
                                        bfloat16*);
template bool convolution_backward_weight(Cuda, const Conv2dShape&, const float*, const float*, float*);
template bool convolution_backward_weight(Cuda, const Conv2dShape&, const bfloat16*, const bfloat16*, float*);

}  // namespace huegrad::vendor
