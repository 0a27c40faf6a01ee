#include "kernels/cuda/check.h"
#include "kernels/cuda/context.h"

namespace huegrad {
namespace {

// Ends the capture whatever happens: a stream that is left capturing takes no other work.
cudaGraph_t capture(cudaStream_t stream, const std::function<void()>& work) {
  cuda::check_status(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal),
                     "cudaStreamBeginCapture");
  cudaGraph_t graph = nullptr;
  try {
    work();
  } catch (...) {
    if (cudaStreamEndCapture(stream, &graph) == cudaSuccess) cudaGraphDestroy(graph);
    cudaGetLastError();
    throw;
  }
  cuda::check_status(cudaStreamEndCapture(stream, &graph), "cudaStreamEndCapture");
  return graph;
}

}  // namespace

CudaGraph::CudaGraph(CudaContext& context, const std::function<void()>& work) : context_(context) {
  const cudaGraph_t graph = capture(context.stream(), work);
  const cudaError_t status = cudaGraphInstantiate(&graph_, graph, 0);
  const cudaError_t destroyed = cudaGraphDestroy(graph);
  cuda::check_status(status, "cudaGraphInstantiate");
  cuda::check_status(destroyed, "cudaGraphDestroy");
}

CudaGraph::~CudaGraph() { cudaGraphExecDestroy(graph_); }

void CudaGraph::launch() const {
  cuda::check_status(cudaGraphLaunch(graph_, context_.stream()), "cudaGraphLaunch");
}

}  // namespace huegrad
