#include "kernels/sgd_step.h"

#include "kernels/cuda/tensor_list.h"

namespace huegrad {
namespace cuda {
namespace {

__global__ void __launch_bounds__(kElementwiseThreads)
    sgd_step_kernel(const __grid_constant__ TensorTable<SgdTensor> table, float momentum, bool nesterov,
                    const OptimizerControls* controls) {
  const OptimizerControls now = *controls;
  if (now.gradient_factor == 0) return;
  for (int64_t piece = blockIdx.x; piece < table.first_piece[table.count]; piece += gridDim.x)
    for_piece(table, piece, [&](const SgdTensor& t, int64_t i) {
      const float g = t.gradient[i] * now.gradient_factor + t.weight_decay * t.w[i];
      float along = g;
      if (t.velocity) {
        const float v = momentum * t.velocity[i] + g;
        t.velocity[i] = v;
        along = nesterov ? g + momentum * v : v;
      }
      t.w[i] -= now.learning_rate * along;
    });
}

}  // namespace
}  // namespace cuda

void sgd_step(Cuda cuda, std::span<const SgdTensor> tensors, const SgdOptions& options,
              const OptimizerControls* controls) {
  cuda::with_tables(cuda, tensors, [&](const auto& table, unsigned blocks) {
    cuda::launch("sgd_step", cuda, cuda::sgd_step_kernel, blocks, cuda::kElementwiseThreads, 0, table,
                 float(options.momentum), options.nesterov, controls);
  });
}

}  // namespace huegrad
