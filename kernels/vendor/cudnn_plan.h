// One pass of a convolution as cuDNN runs it: an execution plan of its graph API, made once for a shape and
// run many times. Nothing of cuDNN shows, so that the emulation can put plans of its own behind this.
//
// Images are NHWC, weights (out_channels, kernel_height, kernel_width, in_channels), both in the storage
// type. Channel counts that tensor cores cannot take (1, 313) are padded by cuDNN in the workspace: measured
// on its plans, that is the size of the padded image, so copies of our own would save nothing.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "kernels/vendor/convolution_graph.h"

struct CUstream_st;

namespace huegrad::vendor {

// Empty if cuDNN can be used; otherwise why not, and what was searched.
std::string cudnn_unavailable();
// 91900 is 9.19.0. Throws CudaError where it cannot be used.
int cudnn_version();

// What plans are made for and run on.
class CudnnDevice {
 public:
  // The current CUDA device, called `name` in errors; plans are queued on the stream. Throws CudaError.
  CudnnDevice(CUstream_st* stream, const std::string& name);
  // A device described in JSON, as cuDNN writes it (CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION). It need not
  // be there: plans can be made for it, not run.
  explicit CudnnDevice(const std::string& description);
  ~CudnnDevice();
  CudnnDevice(const CudnnDevice&) = delete;

  struct Body;
  const Body& body() const { return *body_; }

 private:
  std::unique_ptr<Body> body_;
};

// The arrays of a pass: two are read, the pass's result (y, dx as x, dw as w) is written.
struct ConvolutionArrays {
  const void *x = nullptr, *w = nullptr, *y = nullptr;
  const void* bias = nullptr;
};

class ConvolutionPlan {
 public:
  // Takes the first of the library's guesses that is deterministic, uses tensor cores (or, for float32, does
  // not) and is content with kWorkspaceLimit; without one the least greedy. Throws CudaError if none is left.
  ConvolutionPlan(const CudnnDevice& device, const ConvolutionGraph& graph);
  // The first `most` of these guesses, if there are as many.
  static std::vector<std::unique_ptr<ConvolutionPlan>> guesses(const CudnnDevice& device,
                                                               const ConvolutionGraph& graph, int most);
  ~ConvolutionPlan();
  ConvolutionPlan(const ConvolutionPlan&) = delete;

  static constexpr int64_t kWorkspaceLimit = int64_t(1) << 30;

  int64_t workspace_bytes() const;
  int64_t engine() const;  // cuDNN's number
  bool uses_tensor_cores() const;
  // Queues the pass. workspace: workspace_bytes() of device memory, 256-byte aligned.
  void execute(const CudnnDevice& device, const ConvolutionArrays& arrays, void* workspace) const;

 private:
  struct Body;
  explicit ConvolutionPlan(std::unique_ptr<Body> body);

  std::unique_ptr<Body> body_;
};

}  // namespace huegrad::vendor
