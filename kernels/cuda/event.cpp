#include "kernels/cuda/check.h"
#include "kernels/cuda/context.h"

namespace huegrad {

CudaEvent::CudaEvent(CudaContext& context) : context_(context) {
  cuda::check_status(cudaEventCreate(&event_), "cudaEventCreate");
}

CudaEvent::~CudaEvent() { cudaEventDestroy(event_); }

void CudaEvent::record() {
  cuda::check_status(cudaEventRecord(event_, context_.stream()), "cudaEventRecord");
}

void CudaEvent::record(const CudaQueue& queue) {
  cuda::check_status(cudaEventRecord(event_, queue.stream()), "cudaEventRecord");
}

void CudaEvent::synchronize() const {
  ++context_.body().waits;
  cuda::check_status(cudaEventSynchronize(event_), "cudaEventSynchronize");
}

double CudaEvent::seconds_since(const CudaEvent& earlier) const {
  synchronize();
  float milliseconds = 0;
  cuda::check_status(cudaEventElapsedTime(&milliseconds, earlier.event_, event_), "cudaEventElapsedTime");
  return double(milliseconds) * 1e-3;
}

}  // namespace huegrad
