// Events: a place in a stream's queue, and the time when it was reached.
#include <chrono>
#include <memory>

#include "kernels/emulation/one_thread.h"
#include "kernels/emulation/streams.h"

struct CUevent_st {
  cudaStream_t stream = nullptr;
  size_t place = 0;  // reached once the stream has finished this many operations
  // Shared, because an event may be destroyed while a stream has yet to reach it.
  std::shared_ptr<std::chrono::steady_clock::time_point> time =
      std::make_shared<std::chrono::steady_clock::time_point>();
};

using namespace emu;

extern "C" {

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = std::make_unique<CUevent_st>().release();
  return cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, 0); }

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  const std::unique_ptr<CUevent_st> owned(event);
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  const OneThread here;
  event->stream = stream;
  event->place = stream ? stream->issued + 1 : 0;
  return enqueue(stream, [time = event->time] { *time = std::chrono::steady_clock::now(); });
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  if (event->stream) drain_until(event->stream, event->place);
  return cudaSuccess;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  if (!event->stream) return cudaSuccess;
  return enqueue(stream, [other = event->stream, place = event->place] { drain_until(other, place); });
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t from, cudaEvent_t to) {
  *milliseconds = std::chrono::duration<float, std::milli>(*to->time - *from->time).count();
  return cudaSuccess;
}

}  // extern "C"
