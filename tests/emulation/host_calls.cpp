// Host code that does not wait, copies the wrong way, or asks for what no device gives.
#include <memory>

#include "tests/emulation/planted_bug.h"

namespace planted {
namespace {

__global__ void twice(const float* x, float* y) { y[threadIdx.x] = 2 * x[threadIdx.x]; }
__global__ void fill(float* y, int size) {
  float* const tile = dynamic_shared<float>();
  for (int i = int(threadIdx.x); i < size; i += int(blockDim.x)) tile[i] = 1;
  if (threadIdx.x < 64) y[threadIdx.x] = tile[threadIdx.x];
}

constexpr size_t kBytes = 64 * sizeof(float);

std::vector<float> doubled() {
  std::vector<float> values = ramp(64);
  for (float& value : values) value *= 2;
  return values;
}

bool waits_for_stream(bool bug) {
  const Values x(ramp(64)), y(64);
  std::vector<float> result(64);
  launch(twice, 1, 64, 0, x.data(), y.data());
  cudaMemcpyAsync(result.data(), y.data(), kBytes, cudaMemcpyDeviceToHost, stream());
  if (!bug) cudaStreamSynchronize(stream());
  const bool right = result == doubled();
  cudaStreamSynchronize(stream());
  return right;
}

bool waits_for_event(bool bug) {
  cudaStream_t other = nullptr;
  cudaStreamCreate(&other);
  cudaEvent_t done = nullptr;
  cudaEventCreate(&done);
  const Values x(ramp(64)), y(64);
  std::vector<float> result(64);
  launch(twice, 1, 64, 0, x.data(), y.data());
  cudaEventRecord(done, stream());
  if (!bug) cudaStreamWaitEvent(other, done, 0);
  cudaMemcpyAsync(result.data(), y.data(), kBytes, cudaMemcpyDeviceToHost, other);
  cudaStreamSynchronize(other);
  const bool right = result == doubled();
  cudaStreamDestroy(other);
  cudaEventDestroy(done);
  return right;
}

// Memory that is copied later must stay as it is until then.
bool keeps_source(bool bug) {
  const Values y(64);
  std::vector<float> source = ramp(64);
  cudaMemcpyAsync(y.data(), source.data(), kBytes, cudaMemcpyHostToDevice, stream());
  if (!bug) cudaStreamSynchronize(stream());
  source.assign(64, 0);
  return y.read() == ramp(64);
}

bool frees_source(bool bug) {
  const Values y(64);
  auto source = std::make_unique<std::vector<float>>(ramp(64));
  cudaMemcpyAsync(y.data(), source->data(), kBytes, cudaMemcpyHostToDevice, stream());
  if (!bug) cudaStreamSynchronize(stream());
  source.reset();
  return y.read() == ramp(64);
}

bool copies_in_direction(bool bug) {
  const std::vector<float> host = ramp(64);
  const Values y(64);
  cudaMemcpy(y.data(), host.data(), kBytes, bug ? cudaMemcpyDeviceToHost : cudaMemcpyHostToDevice);
  return y.read() == host;
}

bool copies_whole(bool bug) {
  const std::vector<float> host = ramp(128);
  const Values y(64);
  cudaMemcpy(y.data(), host.data(), bug ? 2 * kBytes : kBytes, cudaMemcpyHostToDevice);
  return y.read() == ramp(64);
}

bool clears_whole(bool bug) {
  const Values y(64);
  cudaMemset(y.data(), 0, bug ? 2 * kBytes : kBytes);
  return y.read() == std::vector<float>(64, 0);
}

bool is_launched(unsigned threads, int shared_floats, bool allow) {
  const Values y(std::vector<float>(64, 0));
  const size_t bytes = size_t(shared_floats) * sizeof(float);
  if (allow)
    cudaFuncSetAttribute(reinterpret_cast<const void*>(fill), cudaFuncAttributeMaxDynamicSharedMemorySize,
                         int(bytes));
  const cudaError_t status = launch(fill, 1, threads, bytes, y.data(), shared_floats);
  return status == cudaSuccess && y.read() == std::vector<float>(64, 1);
}

// A graph of one kernel; the bug waits while it captures.
bool captures(bool bug) {
  const Values x(ramp(64)), y(64);
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
  cudaStreamBeginCapture(stream(), cudaStreamCaptureModeThreadLocal);
  launch(twice, 1, 64, 0, x.data(), y.data());
  const cudaError_t status = bug ? cudaStreamSynchronize(stream()) : cudaSuccess;
  cudaStreamEndCapture(stream(), &graph);
  cudaGraphInstantiate(&executable, graph, 0);
  cudaGraphLaunch(executable, stream());
  const bool right = y.read() == doubled();
  cudaGraphDestroy(graph);
  cudaGraphExecDestroy(executable);
  return right && status == cudaSuccess;
}

}  // namespace

Programs host_calls() {
  return {{"no_wait_for_stream", waits_for_stream},
          {"no_event_between_streams", waits_for_event},
          {"source_changed_before_copy", keeps_source},
          {"source_freed_before_copy", frees_source},
          {"copy_in_wrong_direction", copies_in_direction},
          {"copy_past_the_end", copies_whole},
          {"set_past_the_end", clears_whole},
          {"too_many_threads", [](bool bug) { return is_launched(bug ? 2048 : 1024, 64, false); }},
          {"shared_memory_not_allowed", [](bool bug) { return is_launched(64, 20000, !bug); }},
          {"too_much_shared_memory", [](bool bug) { return is_launched(64, bug ? 60000 : 50000, true); }},
          {"wait_in_capture", captures}};
}

}  // namespace planted
