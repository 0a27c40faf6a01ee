#include "kernels/cuda_context.h"
#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

CudaEvent::CudaEvent(CudaContext& context) : context_(context) { unavailable("cuda"); }
CudaEvent::~CudaEvent() = default;
void CudaEvent::record() { unavailable("cuda"); }
void CudaEvent::record(const CudaQueue&) { unavailable("cuda"); }
void CudaEvent::synchronize() const { unavailable("cuda"); }
double CudaEvent::seconds_since(const CudaEvent&) const { unavailable("cuda"); }

}  // namespace huegrad
