#include "kernels/annealed_mean.h"

#include "kernels/cuda/staged_rows.h"

namespace huegrad {
namespace cuda {
namespace {

template <class Layout, class Storage>
__global__ void __launch_bounds__(kWarp* kRowWarps)
    annealed_mean_forward_kernel(int64_t rows, int bins, float inverse_temperature, const Storage* logits,
                                 const float* centers, float* ab) {
  const StagedRows<Storage> staged(rows, bins, logits);
  const Layout layout{bins, int(threadIdx.x)};
  for (int row = int(threadIdx.y); row < staged.count; row += kRowWarps) {
    const RowExponentials<Layout> p(layout, staged.row(row), inverse_temperature);
    float a = 0, b = 0;
#pragma unroll
    for (int i = 0; i < Layout::count; ++i) {
      if (!layout.has(i)) continue;
      const int bin = layout.column(i);
      a += p.values[i] * centers[2 * bin];
      b += p.values[i] * centers[2 * bin + 1];
    }
    a = warp_sum(a);
    b = warp_sum(b);
    if (layout.lane > 0) continue;
    ab[2 * (staged.first + row)] = a / p.sum;
    ab[2 * (staged.first + row) + 1] = b / p.sum;
  }
}

// The gradient takes the place of the logits, each lane's of its own.
template <class Layout, class Storage>
__global__ void __launch_bounds__(kWarp* kRowWarps)
    annealed_mean_backward_kernel(int64_t rows, int bins, float inverse_temperature, const Storage* logits,
                                  const float* centers, const float* ab, const float* dab, Storage* dlogits) {
  const StagedRows<Storage> staged(rows, bins, logits);
  const Layout layout{bins, int(threadIdx.x)};
  for (int row = int(threadIdx.y); row < staged.count; row += kRowWarps) {
    const RowExponentials<Layout> p(layout, staged.row(row), inverse_temperature);
    const float factor = inverse_temperature / p.sum;
    const float* mean = ab + 2 * (staged.first + row);
    const float* dmean = dab + 2 * (staged.first + row);
#pragma unroll
    for (int i = 0; i < Layout::count; ++i) {
      if (!layout.has(i)) continue;
      const int bin = layout.column(i);
      const float dp = (centers[2 * bin] - mean[0]) * dmean[0] + (centers[2 * bin + 1] - mean[1]) * dmean[1];
      staged.row(row)[bin] = from_float<Storage>(p.values[i] * factor * dp);
    }
  }
  staged.store(dlogits);
}

}  // namespace
}  // namespace cuda

template <class Storage>
void annealed_mean_forward(Cuda cuda, const AnnealedMeanShape& s, const Storage* logits, const float* centers,
                           float* ab) {
  if (s.rows == 0) return;
  constexpr auto op = "annealed_mean_forward";
  cuda::with_row_layout(op, s.bins, [&](auto layout) {
    cuda::launch(op, cuda, cuda::annealed_mean_forward_kernel<decltype(layout), Storage>,
                 cuda::row_blocks(s.rows, int(s.bins)), cuda::row_threads(),
                 cuda::staged_bytes<Storage>(int(s.bins)), s.rows, int(s.bins), float(1 / s.temperature),
                 logits, centers, ab);
  });
}

template <class Storage>
void annealed_mean_backward(Cuda cuda, const AnnealedMeanShape& s, const Storage* logits,
                            const float* centers, const float* ab, const float* dab, Storage* dlogits) {
  if (s.rows == 0) return;
  constexpr auto op = "annealed_mean_backward";
  cuda::with_row_layout(op, s.bins, [&](auto layout) {
    cuda::launch(op, cuda, cuda::annealed_mean_backward_kernel<decltype(layout), Storage>,
                 cuda::row_blocks(s.rows, int(s.bins)), cuda::row_threads(),
                 cuda::staged_bytes<Storage>(int(s.bins)), s.rows, int(s.bins), float(1 / s.temperature),
                 logits, centers, ab, dab, dlogits);
  });
}

template void annealed_mean_forward(Cuda, const AnnealedMeanShape&, const float*, const float*, float*);
template void annealed_mean_forward(Cuda, const AnnealedMeanShape&, const bfloat16*, const float*, float*);
template void annealed_mean_backward(Cuda, const AnnealedMeanShape&, const float*, const float*, const float*,
                                     const float*, float*);
template void annealed_mean_backward(Cuda, const AnnealedMeanShape&, const bfloat16*, const float*,
                                     const float*, const float*, bfloat16*);

}  // namespace huegrad
