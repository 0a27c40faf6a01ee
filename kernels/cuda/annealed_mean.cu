#include "kernels/annealed_mean.h"

#include "kernels/cuda/rows.h"

namespace huegrad {
namespace cuda {
namespace {

template <int count, class Storage>
__global__ void __launch_bounds__(kWarp* kRowsPerBlock)
    annealed_mean_forward_kernel(int64_t rows, int bins, float inverse_temperature, const Storage* logits,
                                 const float* centers, float* ab) {
  const int64_t row = int64_t(blockIdx.x) * kRowsPerBlock + threadIdx.y;
  if (row >= rows) return;  // the whole warp
  const RowExponentials<count> p(bins, logits + row * bins, inverse_temperature);
  float a = 0, b = 0;
#pragma unroll
  for (int i = 0; i < count; ++i) {
    const int bin = int(threadIdx.x) + kWarp * i;
    if (bin >= bins) continue;
    a += p.values[i] * centers[2 * bin];
    b += p.values[i] * centers[2 * bin + 1];
  }
  a = warp_sum(a);
  b = warp_sum(b);
  if (threadIdx.x > 0) return;
  ab[2 * row] = a / p.sum;
  ab[2 * row + 1] = b / p.sum;
}

template <int count, class Storage>
__global__ void __launch_bounds__(kWarp* kRowsPerBlock)
    annealed_mean_backward_kernel(int64_t rows, int bins, float inverse_temperature, const Storage* logits,
                                  const float* centers, const float* ab, const float* dab, Storage* dlogits) {
  const int64_t row = int64_t(blockIdx.x) * kRowsPerBlock + threadIdx.y;
  if (row >= rows) return;  // the whole warp
  const RowExponentials<count> p(bins, logits + row * bins, inverse_temperature);
  const float factor = inverse_temperature / p.sum;
#pragma unroll
  for (int i = 0; i < count; ++i) {
    const int bin = int(threadIdx.x) + kWarp * i;
    if (bin >= bins) continue;
    const float dp = (centers[2 * bin] - ab[2 * row]) * dab[2 * row] +
                     (centers[2 * bin + 1] - ab[2 * row + 1]) * dab[2 * row + 1];
    dlogits[row * bins + bin] = from_float<Storage>(p.values[i] * factor * dp);
  }
}

}  // namespace
}  // namespace cuda

template <class Storage>
void annealed_mean_forward(Cuda cuda, const AnnealedMeanShape& s, const Storage* logits, const float* centers,
                           float* ab) {
  if (s.rows == 0) return;
  constexpr auto op = "annealed_mean_forward";
  cuda::with_row_registers(op, s.bins, [&](auto count) {
    cuda::launch(op, cuda, cuda::annealed_mean_forward_kernel<decltype(count)::value, Storage>,
                 cuda::row_blocks(s.rows), cuda::row_threads(), 0, s.rows, int(s.bins),
                 float(1 / s.temperature), logits, centers, ab);
  });
}

template <class Storage>
void annealed_mean_backward(Cuda cuda, const AnnealedMeanShape& s, const Storage* logits,
                            const float* centers, const float* ab, const float* dab, Storage* dlogits) {
  if (s.rows == 0) return;
  constexpr auto op = "annealed_mean_backward";
  cuda::with_row_registers(op, s.bins, [&](auto count) {
    cuda::launch(op, cuda, cuda::annealed_mean_backward_kernel<decltype(count)::value, Storage>,
                 cuda::row_blocks(s.rows), cuda::row_threads(), 0, s.rows, int(s.bins),
                 float(1 / s.temperature), logits, centers, ab, dab, dlogits);
  });
}

template void annealed_mean_forward(Cuda, const AnnealedMeanShape&, const float*, const float*, float*);
template void annealed_mean_forward(Cuda, const AnnealedMeanShape&, const bfloat16*, const float*, float*);
template void annealed_mean_backward(Cuda, const AnnealedMeanShape&, const float*, const float*, const float*,
                                     const float*, float*);
template void annealed_mean_backward(Cuda, const AnnealedMeanShape&, const bfloat16*, const float*,
                                     const float*, const float*, bfloat16*);

}  // namespace huegrad
