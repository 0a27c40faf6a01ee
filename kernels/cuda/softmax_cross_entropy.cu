// A block stages its rows in shared memory, a warp keeps one in registers: the logits are read once, the
// gradient is written once, 16 bytes at a time.
#include "kernels/softmax_cross_entropy.h"

#include "kernels/add.h"
#include "kernels/cuda/staged_rows.h"
#include "kernels/cuda/sums.h"

namespace huegrad {
namespace cuda {
namespace {

// What a kernel asks of targets: the pairs of a row, and the row's weight.
struct IntegerRows {
  IntegerTargets<float> targets;

  __host__ __device__ int pairs() const { return 1; }
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

  __host__ __device__ int pairs() const { return count; }
  __device__ int index(int64_t row, int pair) const { return targets.index[row * count + pair]; }
  __device__ float weight(int64_t row, int pair) const { return targets.weight[row * count + pair]; }
  __device__ float row_weight(int64_t row, int) const {
    return targets.row_weight ? targets.row_weight[row] : 1.0f;
  }
  __device__ bool counts(int64_t row) const { return row_weight(row, 0) != 0; }
};

// The target that a lane has of a row; beyond the row's targets one of no weight.
struct LaneTarget {
  int index;
  float weight;
  bool is_class;

  template <class Rows>
  __device__ __forceinline__ LaneTarget(const Rows& targets, int64_t row, int lane, int classes)
      : index(-1), weight(0), is_class(false) {
    if (lane >= targets.pairs()) return;
    index = targets.index(row, lane);
    is_class = index >= 0 && index < classes;
    // NaN goes to every gradient of the row, so that no weight moves by it.
    weight = is_class ? targets.weight(row, lane) : NAN;
  }

  // Whether this is the first of the row's targets that name its class; sum: their weights together.
  __device__ __forceinline__ bool first_of_class(int pairs, int lane, float& sum) const {
    bool first = is_class;
    sum = 0;
    for (int other = 0; other < pairs; ++other) {
      const bool same = __shfl_sync(0xffffffffu, index, other) == index;
      const float other_weight = __shfl_sync(0xffffffffu, weight, other);
      if (same) sum += other_weight;
      first = first && !(same && other < lane);
    }
    return first;
  }
};

// One row by one warp. Its gradient, where that is wanted, takes the place of its logits z: every lane writes
// its share of the softmax, then the lanes with targets write theirs once more.
template <class Layout, class Rows, class Storage>
__device__ __forceinline__ void loss_of_row(const Layout& layout, int64_t row, const Rows& targets,
                                            float scale, Storage* z, float* loss, bool with_gradient) {
  const int lane = layout.lane, classes = layout.columns;
  const float factor = scale * targets.row_weight(row, classes);
  if (factor == 0) {  // whatever the logits: 0 * infinity must not reach the output
    if (lane == 0) loss[row] = 0;
    for (int c = lane; c < classes; c += kWarp) z[c] = from_float<Storage>(0.0f);
    return;
  }
  const LaneTarget target(targets, row, lane, classes);
  const float logit = target.is_class ? to_float(z[target.index]) : 0.0f;
  const RowExponentials<Layout> p(layout, z, 1.0f);
  const float mass = warp_sum(target.weight);
  const float dot = warp_sum(target.is_class ? target.weight * (logit - p.largest) : 0.0f);
  if (lane == 0) loss[row] = factor * (logf(p.sum) * mass - dot);
  if (!with_gradient) return;
  const float softmax_factor = factor * mass / p.sum;
  __syncwarp();  // all lanes have read their logits
#pragma unroll
  for (int i = 0; i < Layout::count; ++i)
    if (layout.has(i)) z[layout.column(i)] = from_float<Storage>(softmax_factor * p.values[i]);
  float weight;
  const bool writes = target.first_of_class(targets.pairs(), lane, weight);
  __syncwarp();
  if (writes) z[target.index] = from_float<Storage>(softmax_factor * p.of(logit) - factor * weight);
}

template <class Layout, class Rows, class Storage>
__global__ void __launch_bounds__(kWarp* kRowWarps)
    softmax_cross_entropy_kernel(int64_t rows, int classes, Rows targets, const Storage* logits,
                                 const float* scale, float* loss, Storage* dlogits) {
  const StagedRows<Storage> staged(rows, classes, logits);
  const Layout layout{classes, int(threadIdx.x)};
  for (int i = int(threadIdx.y); i < staged.count; i += kRowWarps)
    loss_of_row(layout, staged.first + i, targets, *scale, staged.row(i), loss, dlogits != nullptr);
  if (dlogits) staged.store(dlogits);
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
  if (targets.pairs() > kWarp)
    throw CudaError("[" + std::string(op) + "] " + std::to_string(targets.pairs()) +
                    " targets of a row, the CUDA kernel takes " + std::to_string(kWarp) + " at most");
  with_row_layout(op, s.classes, [&](auto layout) {
    launch(op, cuda, softmax_cross_entropy_kernel<decltype(layout), Rows, Storage>,
           row_blocks(s.rows, int(s.classes)), row_threads(), staged_bytes<Storage>(int(s.classes)), s.rows,
           int(s.classes), targets, logits, scale, loss, dlogits);
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
