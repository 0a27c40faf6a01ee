#include "kernels/vendor/cudnn_plan.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad::vendor {

std::string cudnn_unavailable() { return "this huegrad was built without cuDNN"; }

int cudnn_version() { unavailable("cudnn"); }

struct CudnnDevice::Body {};
CudnnDevice::CudnnDevice(CUstream_st*, const std::string&) { throw CudaError(cudnn_unavailable()); }
CudnnDevice::CudnnDevice(const std::string&) { unavailable("cudnn"); }
CudnnDevice::~CudnnDevice() = default;

struct ConvolutionPlan::Body {};
ConvolutionPlan::ConvolutionPlan(const CudnnDevice&, const ConvolutionGraph&) { unavailable("cudnn"); }
std::vector<std::unique_ptr<ConvolutionPlan>> ConvolutionPlan::guesses(const CudnnDevice&,
                                                                       const ConvolutionGraph&, int) {
  unavailable("cudnn");
}
ConvolutionPlan::~ConvolutionPlan() = default;
int64_t ConvolutionPlan::workspace_bytes() const { unavailable("cudnn"); }
int64_t ConvolutionPlan::engine() const { unavailable("cudnn"); }
bool ConvolutionPlan::uses_tensor_cores() const { unavailable("cudnn"); }
void ConvolutionPlan::execute(const CudnnDevice&, const ConvolutionArrays&, void*) const {
  unavailable("cudnn");
}

}  // namespace huegrad::vendor
