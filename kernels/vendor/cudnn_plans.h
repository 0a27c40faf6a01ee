// A context's connection to cuDNN and the plans that it has needed so far.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "kernels/cuda_context.h"
#include "kernels/vendor/cudnn_plan.h"

namespace huegrad::vendor {

// Guesses that are measured: later ones were hardly ever the fastest (huegrad-bench --engines).
inline constexpr int kMeasuredGuesses = 16;

// What a plan takes: the least of a few runs, or of the first where that takes much longer than `best`.
// Arrays that are null are scratch memory instead.
double seconds_of(CudaContext& context, const CudnnDevice& device, const ConvolutionPlan& plan,
                  const ConvolutionGraph& graph, ConvolutionArrays arrays, double best);

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
  // Where the context wants it, guesses are run on the arrays.
  const Entry& find(const ConvolutionGraph& graph, const ConvolutionArrays& arrays);

 private:
  std::unique_ptr<ConvolutionPlan> make(const ConvolutionGraph& graph, const ConvolutionArrays& arrays);
  int fastest(const std::vector<std::unique_ptr<ConvolutionPlan>>& guesses, const ConvolutionGraph& graph,
              const ConvolutionArrays& arrays);

  CudaContext& context_;
  CudnnDevice device_;
  std::map<ConvolutionGraph, Entry> plans_;
};

}  // namespace huegrad::vendor
