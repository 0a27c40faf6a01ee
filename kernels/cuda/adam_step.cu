#include "kernels/adam_step.h"

#include "kernels/cuda/tensor_list.h"

namespace huegrad {
namespace cuda {
namespace {

struct AdamConstants {
  float beta1, beta2, epsilon;
  bool decoupled_weight_decay;
};

__global__ void __launch_bounds__(kElementwiseThreads)
    adam_step_kernel(const __grid_constant__ TensorTable<AdamTensor> table, AdamConstants constants,
                     const OptimizerControls* controls) {
  const OptimizerControls now = *controls;
  if (now.gradient_factor == 0) return;
  for (int64_t piece = blockIdx.x; piece < table.first_piece[table.count]; piece += gridDim.x)
    for_piece(table, piece, [&](const AdamTensor& t, int64_t i) {
      float w = t.w[i], g = t.gradient[i] * now.gradient_factor;
      if (constants.decoupled_weight_decay)
        w -= now.learning_rate * t.weight_decay * w;
      else
        g += t.weight_decay * w;
      const float m = constants.beta1 * t.m[i] + (1 - constants.beta1) * g;
      const float v = constants.beta2 * t.v[i] + (1 - constants.beta2) * g * g;
      t.m[i] = m;
      t.v[i] = v;
      t.w[i] = w - now.learning_rate * (m * now.first_correction) /
                       (sqrtf(v * now.second_correction) + constants.epsilon);
    });
}

}  // namespace
}  // namespace cuda

void adam_step(Cuda cuda, std::span<const AdamTensor> tensors, const AdamOptions& options,
               const OptimizerControls* controls) {
  const cuda::AdamConstants constants = {float(options.beta1), float(options.beta2), float(options.epsilon),
                                         options.decoupled_weight_decay};
  cuda::with_tables(cuda, tensors, [&](const auto& table, unsigned blocks) {
    cuda::launch("adam_step", cuda, cuda::adam_step_kernel, blocks, cuda::kElementwiseThreads, 0, table,
                 constants, controls);
  });
}

}  // namespace huegrad
