#include "kernels/sgd_step.h"

#include "kernels/cuda/moving_average.h"
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
    for_piece(table, piece, [&](const SgdTensor& t, int64_t i, auto width) {
      float w[width.value], g[width.value], v[width.value] = {};
      load_floats(t.w + i, w);
      load_floats(t.gradient + i, g);
      if (t.velocity) load_floats(t.velocity + i, v);
#pragma unroll
      for (int j = 0; j < width.value; ++j) {
        g[j] = g[j] * now.gradient_factor + t.weight_decay * w[j];
        v[j] = momentum * v[j] + g[j];
        const float along = !t.velocity ? g[j] : nesterov ? g[j] + momentum * v[j] : v[j];
        w[j] -= now.learning_rate * along;
      }
      if (t.velocity) store_floats(t.velocity + i, v);
      store_floats(t.w + i, w);
      if (t.shadow) follow(t.shadow + i, w, now.average_rate);
    });
}

}  // namespace
}  // namespace cuda

void sgd_step(Cuda cuda, std::span<const SgdTensor> tensors, const SgdOptions& options,
              const OptimizerControls* controls) {
  const auto fits = [](const SgdTensor& t) {
    return cuda::packs_fit<cuda::kListPack>(0, t.gradient, t.velocity, t.w, t.shadow);
  };
  cuda::with_tables(cuda, tensors, fits, [&](const auto& table, unsigned blocks) {
    cuda::launch("sgd_step", cuda, cuda::sgd_step_kernel, blocks, cuda::kElementwiseThreads, 0, table,
                 float(options.momentum), options.nesterov, controls);
  });
}

}  // namespace huegrad
