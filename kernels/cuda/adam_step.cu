#include "kernels/adam_step.h"

#include "kernels/cuda/moving_average.h"
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
    for_piece(table, piece, [&](const AdamTensor& t, int64_t i, auto width) {
      float w[width.value], g[width.value], m[width.value], v[width.value];
      load_floats(t.w + i, w);
      load_floats(t.gradient + i, g);
      load_floats(t.m + i, m);
      load_floats(t.v + i, v);
#pragma unroll
      for (int j = 0; j < width.value; ++j) {
        g[j] *= now.gradient_factor;
        if (constants.decoupled_weight_decay)
          w[j] -= now.learning_rate * t.weight_decay * w[j];
        else
          g[j] += t.weight_decay * w[j];
        m[j] = constants.beta1 * m[j] + (1 - constants.beta1) * g[j];
        v[j] = constants.beta2 * v[j] + (1 - constants.beta2) * g[j] * g[j];
        w[j] -= now.learning_rate * (m[j] * now.first_correction) /
                (sqrtf(v[j] * now.second_correction) + constants.epsilon);
      }
      store_floats(t.m + i, m);
      store_floats(t.v + i, v);
      store_floats(t.w + i, w);
      if (t.shadow) follow(t.shadow + i, w, now.average_rate);
    });
}

}  // namespace
}  // namespace cuda

void adam_step(Cuda cuda, std::span<const AdamTensor> tensors, const AdamOptions& options,
               const OptimizerControls* controls) {
  const cuda::AdamConstants constants = {float(options.beta1), float(options.beta2), float(options.epsilon),
                                         options.decoupled_weight_decay};
  const auto fits = [](const AdamTensor& t) {
    return cuda::packs_fit<cuda::kListPack>(0, t.gradient, t.m, t.v, t.w, t.shadow);
  };
  cuda::with_tables(cuda, tensors, fits, [&](const auto& table, unsigned blocks) {
    cuda::launch("adam_step", cuda, cuda::adam_step_kernel, blocks, cuda::kElementwiseThreads, 0, table,
                 constants, controls);
  });
}

}  // namespace huegrad
