#include "kernels/cuda_context.h"
#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

CudaQueue::CudaQueue(CudaContext&) { unavailable("cuda"); }
CudaQueue::~CudaQueue() = default;
void CudaQueue::copy(void*, const void*, int64_t, CudaCopy) { unavailable("cuda"); }
void CudaQueue::wait(const CudaEvent&) { unavailable("cuda"); }

}  // namespace huegrad
