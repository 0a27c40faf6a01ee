#include "kernels/optimizer_controls.h"

#include "kernels/cuda/moving_average.h"
#include "kernels/cuda/sums.h"
#include "kernels/cuda/tensor_list.h"

namespace huegrad {
namespace cuda {
namespace {

__global__ void set_controls_kernel(OptimizerControls values, OptimizerControls* device) {
  values.gradient_norm = device->gradient_norm;
  values.gradient_factor = device->gradient_factor;
  *device = values;
}

static_assert(kSumThreads == kElementwiseThreads, "pieces are summed by the blocks that sum");

__global__ void __launch_bounds__(kSumThreads)
    squares_kernel(const __grid_constant__ TensorTable<GradientArray> table, double* partial) {
  double sum = 0;
  for (int64_t piece = blockIdx.x; piece < table.first_piece[table.count]; piece += gridDim.x)
    for_piece(table, piece, [&](const GradientArray& array, int64_t i, auto width) {
      const auto pack = load_pack<width.value>(array.values + i);
#pragma unroll
      for (int j = 0; j < width.value; ++j) sum += double(pack.values[j]) * double(pack.values[j]);
    });
  sum = block_sum(sum);
  if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

struct StoreFactor {
  double longest;
  OptimizerControls* controls;

  __device__ void operator()(double squares) const {
    const double norm = sqrt(squares);
    controls->gradient_norm = float(norm);
    controls->gradient_factor = !isfinite(norm) ? 0.0f : norm > longest ? float(longest / norm) : 1.0f;
  }
};

__global__ void __launch_bounds__(kElementwiseThreads)
    average_kernel(const __grid_constant__ TensorTable<AveragePair> table,
                   const OptimizerControls* controls) {
  const float rate = controls->average_rate;
  if (controls->gradient_factor == 0) return;
  for (int64_t piece = blockIdx.x; piece < table.first_piece[table.count]; piece += gridDim.x)
    for_piece(table, piece, [&](const AveragePair& pair, int64_t i, auto width) {
      float x[width.value];
      load_floats(pair.x + i, x);
      follow(pair.shadow + i, x, rate);
    });
}

}  // namespace
}  // namespace cuda

void set_controls(Cuda cuda, const OptimizerControls& values, OptimizerControls* device) {
  cuda::launch("set_controls", cuda, cuda::set_controls_kernel, 1, 1, 0, values, device);
}

void clip_factor(Cuda cuda, std::span<const GradientArray> gradients, double longest,
                 OptimizerControls* controls) {
  // Every table's blocks leave their partial sums behind those of the table before.
  const size_t tables = gradients.size() / cuda::kMostTensors + 1;
  const int64_t most_blocks = int64_t(cuda.context->info().multiprocessors) * 8 * int64_t(tables);
  auto* partial = static_cast<double*>(cuda.context->scratch(most_blocks * int64_t(sizeof(double))));
  unsigned used = 0;
  const auto fits = [](const GradientArray& array) {
    return cuda::packs_fit<cuda::kListPack>(0, array.values);
  };
  cuda::with_tables(cuda, gradients, fits, [&](const auto& table, unsigned blocks) {
    cuda::launch("clip_factor", cuda, cuda::squares_kernel, blocks, cuda::kSumThreads, 0, table,
                 partial + used);
    used += blocks;
  });
  cuda::launch("clip_factor", cuda, cuda::finish_sum_kernel<cuda::StoreFactor>, 1, cuda::kSumThreads, 0, used,
               partial, cuda::StoreFactor{longest, controls});
}

void average(Cuda cuda, std::span<const AveragePair> pairs, const OptimizerControls* controls) {
  const auto fits = [](const AveragePair& pair) {
    return cuda::packs_fit<cuda::kListPack>(0, pair.x, pair.shadow);
  };
  cuda::with_tables(cuda, pairs, fits, [&](const auto& table, unsigned blocks) {
    cuda::launch("average", cuda, cuda::average_kernel, blocks, cuda::kElementwiseThreads, 0, table,
                 controls);
  });
}

}  // namespace huegrad
