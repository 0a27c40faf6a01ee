#include "kernels/emulation/streams.h"

#include <cstdlib>
#include <memory>
#include <set>
#include <string>

#include "kernels/emulation/device.h"
#include "kernels/emulation/device_memory.h"
#include "kernels/emulation/one_thread.h"
#include "kernels/emulation/vendor_operation.h"

namespace emu {
namespace {

std::set<cudaStream_t> streams;
std::vector<std::unique_ptr<CUstream_st>> destroyed;  // another stream may have yet to wait for one

const bool lazy = [] {
  const char* const choice = std::getenv("EMU_STREAMS");
  return !choice || std::string(choice) != "eager";
}();

void drain(cudaStream_t stream) {
  const OneThread here;
  drain_until(stream, stream->issued);
}

}  // namespace

void drain_until(cudaStream_t stream, size_t finished) {
  const OneThread here;
  while (stream->finished < finished && !stream->queue.empty()) {
    const Operation operation = std::move(stream->queue.front());
    stream->queue.pop_front();
    if (device_status() == cudaSuccess) operation();
    ++stream->finished;
  }
}

void drain_all() {
  const OneThread here;
  for (cudaStream_t stream : streams) drain(stream);
}

bool capturing() {
  const OneThread here;
  for (cudaStream_t stream : streams)
    if (stream->capture) return true;
  return false;
}

cudaError_t enqueue(cudaStream_t stream, Operation operation) {
  const OneThread here;
  if (device_status() != cudaSuccess) return device_status();
  if (!stream) {
    drain_all();
    operation();
  } else if (stream->capture) {
    stream->capture->operations.push_back(std::move(operation));
  } else {
    stream->queue.push_back(std::move(operation));
    ++stream->issued;
    if (!lazy) drain(stream);
  }
  return device_status();
}

void enqueue_host_op(cudaStream_t stream, std::function<void()> operation) {
  enqueue(stream, [operation = std::move(operation)] {
    const DeviceAccess access;
    operation();
  });
}

}  // namespace emu

using namespace emu;

extern "C" {

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  const OneThread here;
  streams.insert(*stream = std::make_unique<CUstream_st>().release());
  return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) { return cudaStreamCreate(stream); }

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  const OneThread here;
  drain(stream);
  streams.erase(stream);
  destroyed.emplace_back(stream);
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  if (!stream) return cudaDeviceSynchronize();
  if (stream->capture) return remember(cudaErrorStreamCaptureUnsupported);
  drain(stream);
  return device_status();
}

cudaError_t cudaDeviceSynchronize() {
  drain_all();
  return device_status();
}

}  // extern "C"
