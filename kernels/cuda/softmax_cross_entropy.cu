// A warp a row, kept in registers: the logits are read once, the gradient is written once.
#include "kernels/softmax_cross_entropy.h"

#include "kernels/add.h"
#include "kernels/cuda/rows.h"
#include "kernels/cuda/sums.h"

namespace huegrad {
namespace cuda {
namespace {

// What a kernel asks of targets: the pairs of a row, and the row's weight.
struct IntegerRows {
  IntegerTargets<float> targets;

  __device__ int pairs() const { return 1; }
  __device__ int index(int64_t row, int) const { return targets.index[row]; }
  __device__ float weight(int64_t, int) const { return 1; }
  __device__ float row_weight(int64_t row, int classes) const {
    const int label = targets.index[row];
    const float own = targets.row_weight ? targets.row_weight[row] : 1.0f;
    if (label == targets.ignore_index || own == 0) return 0;
    // A label that is no class has no weight either; the kernel says NaN for it.
    return own * (targets.class_weight && label >= 0 && label < classes ? targets.class_weight[label] : 1.0f);
  }
  __device__ bool counts(int64_t row) const {
    return targets.index[row] != targets.ignore_index &&
           !(targets.row_weight && targets.row_weight[row] == 0);
  }
};

struct SparseRows {
  SparseTargets<float> targets;
  int count;

  __device__ int pairs() const { return count; }
  __device__ int index(int64_t row, int pair) const { return targets.index[row * count + pair]; }
  __device__ float weight(int64_t row, int pair) const { return targets.weight[row * count + pair]; }
  __device__ float row_weight(int64_t row, int) const {
    return targets.row_weight ? targets.row_weight[row] : 1.0f;
  }
  __device__ bool counts(int64_t row) const { return row_weight(row, 0) != 0; }
};

template <int count, class Rows, class Storage>
__global__ void __launch_bounds__(kWarp* kRowsPerBlock)
    softmax_cross_entropy_kernel(int64_t rows, int classes, Rows targets, const Storage* logits,
                                 const float* scale, float* loss, Storage* dlogits) {
  const int64_t row = int64_t(blockIdx.x) * kRowsPerBlock + threadIdx.y;
  if (row >= rows) return;  // the whole warp
  const int lane = int(threadIdx.x);
  const float factor = *scale * targets.row_weight(row, classes);
  logits += row * classes;
  if (dlogits) dlogits += row * classes;
  if (factor == 0) {  // whatever the logits: 0 * infinity must not reach the output
    if (lane == 0) loss[row] = 0;
    if (dlogits)
      for (int column = lane; column < classes; column += kWarp) dlogits[column] = from_float<Storage>(0.0f);
    return;
  }
  const RowExponentials<count> z(classes, logits, 1.0f);
  float mass = 0, dot = 0;
  for (int pair = 0; pair < targets.pairs(); ++pair) {
    const int index = targets.index(row, pair);
    const float t = targets.weight(row, pair);
    const bool is_class = index >= 0 && index < classes;
    mass += is_class ? t : NAN;  // and with it every gradient of the row, so that no weight moves by it
    dot += is_class ? t * (to_float(logits[index]) - z.largest) : NAN;
  }
  if (lane == 0) loss[row] = factor * (logf(z.sum) * mass - dot);
  if (!dlogits) return;
  const float softmax_factor = factor * mass / z.sum;
  float gradient[count];
#pragma unroll
  for (int i = 0; i < count; ++i) gradient[i] = softmax_factor * z.values[i];
  for (int pair = 0; pair < targets.pairs(); ++pair) {
    const int index = targets.index(row, pair);
    const float t = factor * targets.weight(row, pair);
#pragma unroll
    for (int i = 0; i < count; ++i)
      if (lane + kWarp * i == index) gradient[i] -= t;
  }
#pragma unroll
  for (int i = 0; i < count; ++i)
    if (lane + kWarp * i < classes) dlogits[lane + kWarp * i] = from_float<Storage>(gradient[i]);
}

template <class Rows>
__global__ void __launch_bounds__(kSumThreads)
    normalizer_kernel(int64_t rows, int classes, bool by_weight, Rows targets, double* partial) {
  double sum = 0;
  for (int64_t row = int64_t(blockIdx.x) * kSumThreads + threadIdx.x; row < rows;
       row += int64_t(gridDim.x) * kSumThreads)
    sum += by_weight ? double(targets.row_weight(row, classes)) : double(targets.counts(row));
  sum = block_sum(sum);
  if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

struct StoreScale {
  double factor;
  float* scale;
  __device__ void operator()(double sum) const { *scale = sum > 0 ? float(factor / sum) : 0.0f; }
};

template <class Rows>
void normalized_scale(Cuda cuda, const SoftmaxCrossEntropyShape& s, const Rows& targets,
                      const LossScale& options, float* scale) {
  constexpr auto op = "softmax_cross_entropy_scale";
  if (options.normalization == LossNormalization::per_pixel ||
      options.normalization == LossNormalization::per_weight) {
    const unsigned blocks = sum_blocks(s.rows);
    double* partial = sum_partials(cuda);
    launch(op, cuda, normalizer_kernel<Rows>, blocks, kSumThreads, 0, s.rows, int(s.classes),
           options.normalization == LossNormalization::per_weight, targets, partial);
    launch(op, cuda, finish_sum_kernel<StoreScale>, 1, kSumThreads, 0, blocks, partial,
           StoreScale{options.factor, scale});
    return;
  }
  const double total = options.normalization == LossNormalization::sum ? 1 : double(options.images);
  fill(cuda, 1, total > 0 ? options.factor / total : 0, scale);
}

template <class Rows, class Storage>
void loss_of_rows(Cuda cuda, const SoftmaxCrossEntropyShape& s, const Storage* logits, const Rows& targets,
                  const float* scale, float* loss, Storage* dlogits) {
  if (s.rows == 0) return;
  constexpr auto op = "softmax_cross_entropy";
  with_row_registers(op, s.classes, [&](auto count) {
    launch(op, cuda, softmax_cross_entropy_kernel<decltype(count)::value, Rows, Storage>, row_blocks(s.rows),
           row_threads(), 0, s.rows, int(s.classes), targets, logits, scale, loss, dlogits);
  });
}

SparseRows sparse_rows(const SoftmaxCrossEntropyShape& s, const SparseTargets<float>& targets) {
  return {targets, int(s.targets_per_row)};
}

}  // namespace
}  // namespace cuda

void softmax_cross_entropy_scale(Cuda cuda, const SoftmaxCrossEntropyShape& s,
                                 const IntegerTargets<float>& targets, const LossScale& options,
                                 float* scale) {
  cuda::normalized_scale(cuda, s, cuda::IntegerRows{targets}, options, scale);
}

void softmax_cross_entropy_scale(Cuda cuda, const SoftmaxCrossEntropyShape& s,
                                 const SparseTargets<float>& targets, const LossScale& options,
                                 float* scale) {
  cuda::normalized_scale(cuda, s, cuda::sparse_rows(s, targets), options, scale);
}

template <class Storage>
void softmax_cross_entropy(Cuda cuda, const SoftmaxCrossEntropyShape& s, const Storage* logits,
                           const IntegerTargets<float>& targets, const float* scale, float* loss,
                           Storage* dlogits) {
  cuda::loss_of_rows(cuda, s, logits, cuda::IntegerRows{targets}, scale, loss, dlogits);
}

template <class Storage>
void softmax_cross_entropy(Cuda cuda, const SoftmaxCrossEntropyShape& s, const Storage* logits,
                           const SparseTargets<float>& targets, const float* scale, float* loss,
                           Storage* dlogits) {
  cuda::loss_of_rows(cuda, s, logits, cuda::sparse_rows(s, targets), scale, loss, dlogits);
}

template void softmax_cross_entropy(Cuda, const SoftmaxCrossEntropyShape&, const float*,
                                    const IntegerTargets<float>&, const float*, float*, float*);
template void softmax_cross_entropy(Cuda, const SoftmaxCrossEntropyShape&, const bfloat16*,
                                    const IntegerTargets<float>&, const float*, float*, bfloat16*);
template void softmax_cross_entropy(Cuda, const SoftmaxCrossEntropyShape&, const float*,
                                    const SparseTargets<float>&, const float*, float*, float*);
template void softmax_cross_entropy(Cuda, const SoftmaxCrossEntropyShape&, const bfloat16*,
                                    const SparseTargets<float>&, const float*, float*, bfloat16*);

}  // namespace huegrad
