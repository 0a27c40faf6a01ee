// Scratch memory for a plan of cuDNN.
#pragma once
#include "kernels/cuda_context.h"
#include "kernels/vendor/cudnn_plan.h"

namespace huegrad::vendor {

// A plan's workspace with an array behind it.
struct PlanScratch {
  void* workspace;
  void* array;
};

inline PlanScratch plan_scratch(CudaContext& context, const ConvolutionPlan& plan, int64_t array_bytes) {
  const int64_t workspace_bytes = (plan.workspace_bytes() + 255) / 256 * 256;
  auto* memory = static_cast<char*>(context.scratch(workspace_bytes + array_bytes));
  return {memory, memory + workspace_bytes};
}

}  // namespace huegrad::vendor
