#include "kernels/cuda_context.h"
#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

CudaGraph::CudaGraph(CudaContext& context, const std::function<void()>&) : context_(context) {
  unavailable("cuda");
}
CudaGraph::~CudaGraph() = default;
void CudaGraph::launch() const { unavailable("cuda"); }

}  // namespace huegrad
