// Graphs: a captured stream's queue, kept instead of run.
#include <memory>
#include <utility>

#include "kernels/emulation/one_thread.h"
#include "kernels/emulation/streams.h"

struct CUgraphExec_st {
  std::vector<emu::Operation> operations;
};

using namespace emu;

namespace {
thread_local cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal;
}

bool emu::capture_forbids() { return mode != cudaStreamCaptureModeRelaxed && capturing(); }

extern "C" {

cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode* with) {
  std::swap(*with, mode);
  return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  const OneThread here;
  stream->capture = std::make_unique<CUgraph_st>().release();
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  const OneThread here;
  *graph = std::exchange(stream->capture, nullptr);
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph, unsigned long long) {
  *executable = std::make_unique<CUgraphExec_st>(CUgraphExec_st{graph->operations}).release();
  return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream) {
  const OneThread here;
  for (const Operation& operation : executable->operations) enqueue(stream, operation);
  return cudaSuccess;
}

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  const std::unique_ptr<CUgraph_st> owned(graph);
  return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
  const std::unique_ptr<CUgraphExec_st> owned(executable);
  return cudaSuccess;
}

}  // extern "C"
