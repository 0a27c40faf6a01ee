#include "kernels/cuda/check.h"
#include "kernels/cuda/context.h"

namespace huegrad {

CudaQueue::CudaQueue(CudaContext&) {  // a context is the current device
  cuda::check_status(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "cudaStreamCreate");
}

CudaQueue::~CudaQueue() {
  cudaStreamSynchronize(stream_);
  cudaStreamDestroy(stream_);
}

void CudaQueue::copy(void* to, const void* from, int64_t bytes, CudaCopy kind) {
  cuda::queue_copy(to, from, bytes, kind, stream_);
}

void CudaQueue::wait(const CudaEvent& event) {
  cuda::check_status(cudaStreamWaitEvent(stream_, event.handle(), 0), "cudaStreamWaitEvent");
}

}  // namespace huegrad
