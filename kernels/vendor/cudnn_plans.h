// A context's connection to cuDNN and the plans that it has needed so far.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "kernels/cuda_context.h"
#include "kernels/vendor/cudnn_plan.h"

namespace huegrad::vendor {

class CudnnPlans {
 public:
  explicit CudnnPlans(CudaContext& context)
      : context_(context), device_(context.stream(), context.info().name) {}

  const CudnnDevice& device() const { return device_; }

  struct Entry {
    std::unique_ptr<ConvolutionPlan>
        plan;  // null if cuDNN has none, or none whose workspace there is room for
    std::string why_not;
  };
  // Made when first asked for, which takes milliseconds and must not happen while a CUDA graph is captured.
  const Entry& find(const ConvolutionGraph& graph);

 private:
  CudaContext& context_;
  CudnnDevice device_;
  std::map<ConvolutionGraph, Entry> plans_;
};

}  // namespace huegrad::vendor
