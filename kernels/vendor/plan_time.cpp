// Needs neither CUDA nor cuDNN to be compiled: whatever stands behind them is linked.
#include <algorithm>

#include "kernels/cuda_time.h"
#include "kernels/vendor/cudnn_plans.h"
#include "kernels/vendor/plan_scratch.h"

namespace huegrad::vendor {

double seconds_of(CudaContext& context, const CudnnDevice& device, const ConvolutionPlan& plan,
                  const ConvolutionGraph& graph, ConvolutionArrays arrays, double best) {
  const int64_t spare =
      std::max(graph.shape.weight_size(), graph.shape.out_channels) * int64_t(sizeof(float));
  const PlanScratch memory = plan_scratch(context, plan, spare);
  if (!arrays.w) arrays.w = memory.array;
  if (!arrays.bias) arrays.bias = memory.array;
  return least_seconds(
      context, [&] { plan.execute(device, arrays, memory.workspace); }, best);
}

}  // namespace huegrad::vendor
