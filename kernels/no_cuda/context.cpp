#include "kernels/cuda_context.h"
#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

bool cuda_is_built() { return false; }

std::string cuda_unavailable() { return "this huegrad was built without CUDA"; }

struct CudaContext::Body {};
CudaContext::CudaContext() { unavailable("cuda"); }
CudaContext::~CudaContext() = default;
const CudaDeviceInfo& CudaContext::info() const { unavailable("cuda"); }
CUstream_st* CudaContext::stream() const { unavailable("cuda"); }
void* CudaContext::allocate(int64_t) { unavailable("cuda"); }
void CudaContext::release(void*) { unavailable("cuda"); }
void* CudaContext::allocate_host(int64_t) { unavailable("cuda"); }
void CudaContext::release_host(void*) { unavailable("cuda"); }
void* CudaContext::scratch(int64_t) { unavailable("cuda"); }
void CudaContext::copy(void*, const void*, int64_t, CudaCopy) { unavailable("cuda"); }
void CudaContext::set_zero(void*, int64_t) { unavailable("cuda"); }
void CudaContext::wait(const CudaEvent&) { unavailable("cuda"); }
void CudaContext::synchronize() { unavailable("cuda"); }
int64_t CudaContext::waits() const { unavailable("cuda"); }

}  // namespace huegrad
