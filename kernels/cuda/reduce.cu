#include "kernels/reduce.h"

#include "kernels/cuda/channels.h"
#include "kernels/cuda/staged_rows.h"
#include "kernels/cuda/sums.h"

namespace huegrad {
namespace cuda {
namespace {

struct Value {
  __device__ float operator()(float x) const { return x; }
};
struct Square {
  __device__ float operator()(float x) const { return x * x; }
};

// A pack's values are added in float, packs in double; a thread's next packs are under way together.
constexpr int kPacksAtOnce = 4;

template <int width, class Function, class Storage>
__global__ void __launch_bounds__(kSumThreads)
    sum_kernel(int64_t size, Function f, const Storage* x, double* partial) {
  const int64_t first = int64_t(blockIdx.x) * kSumThreads + threadIdx.x,
                step = int64_t(gridDim.x) * kSumThreads;
  const int64_t packs = size / width;
  const auto pack_sum = [&](int64_t pack) {
    const auto values = load_pack<width>(x + pack * width);
    float near = 0;
#pragma unroll
    for (int j = 0; j < width; ++j) near += f(to_float(values.values[j]));
    return double(near);
  };
  double sum = 0;
  int64_t pack = first;
  for (; pack + (kPacksAtOnce - 1) * step < packs; pack += kPacksAtOnce * step) {
    double sums[kPacksAtOnce];
#pragma unroll
    for (int i = 0; i < kPacksAtOnce; ++i) sums[i] = pack_sum(pack + i * step);
#pragma unroll
    for (int i = 0; i < kPacksAtOnce; ++i) sum += sums[i];
  }
  for (; pack < packs; pack += step) sum += pack_sum(pack);
  const int64_t rest = size / width * width + first;
  if (rest < size) sum += double(f(to_float(x[rest])));
  sum = block_sum(sum);
  if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}

struct StoreTotal {
  float* y;
  __device__ void operator()(double sum) const { *y = float(sum); }
};

template <class Function, class Storage>
void sum_of(const char* op, Cuda cuda, int64_t size, const Function& f, const Storage* x, float* y) {
  if (size == 0) return cuda.context->set_zero(y, sizeof(float));
  constexpr int width = kPack<Storage>;
  const bool fits = packs_fit<width>(0, x);
  const unsigned blocks = sum_blocks(fits ? size / width + width : size);
  double* partial = sum_partials(cuda);
  launch(op, cuda, fits ? sum_kernel<width, Function, Storage> : sum_kernel<1, Function, Storage>, blocks,
         kSumThreads, 0, size, f, x, partial);
  launch(op, cuda, finish_sum_kernel<StoreTotal>, 1, kSumThreads, 0, blocks, partial, StoreTotal{y});
}

template <class Storage>
struct RowSum {
  static constexpr int count = 1;
  const Storage* x;

  template <int width>
  __device__ Pack<Storage, width> load(int64_t index) const {
    return load_pack<width>(x + index);
  }
  template <int width>
  __device__ void add(const Pack<Storage, width>& values, int64_t, int64_t,
                      float (&sums)[count][width]) const {
#pragma unroll
    for (int j = 0; j < width; ++j) sums[0][j] += to_float(values.values[j]);
  }
};

// By one warp. As in the definition, `>` decides: of equals the first wins, and a NaN only in front.
template <class Storage>
__device__ __forceinline__ int32_t argmax_of_row(int64_t channels, const Storage* x) {
  const float front = to_float(x[0]);
  float best = front;
  int place = 0;
  for (int64_t c = threadIdx.x; c < channels; c += kWarp) {
    const float value = to_float(x[c]);
    if (value > best) {
      best = value;
      place = int(c);
    }
  }
  for (int distance = kWarp / 2; distance > 0; distance /= 2) {
    const float other = __shfl_xor_sync(0xffffffffu, best, distance);
    const int other_place = __shfl_xor_sync(0xffffffffu, place, distance);
    if (other > best || (other == best && other_place < place)) {
      best = other;
      place = other_place;
    }
  }
  return front == front ? place : 0;
}

// staged: rows that fit into shared memory.
template <bool staged, class Storage>
__global__ void __launch_bounds__(kWarp* kRowWarps)
    argmax_channels_kernel(int64_t rows, int64_t channels, const Storage* x, int32_t* index) {
  const auto store = [&](int64_t row, int32_t place) {
    if (threadIdx.x == 0) index[row] = place;
  };
  if constexpr (staged) {
    const StagedRows<Storage> some(rows, int(channels), x);
    for (int i = int(threadIdx.y); i < some.count; i += kRowWarps)
      store(some.first + i, argmax_of_row(channels, some.row(i)));
  } else {
    const int64_t row = int64_t(blockIdx.x) * kRowWarps + threadIdx.y;
    if (row < rows) store(row, argmax_of_row(channels, x + row * channels));  // the whole warp
  }
}

}  // namespace
}  // namespace cuda

template <class Storage>
void sum(Cuda cuda, int64_t size, const Storage* x, float* y) {
  cuda::sum_of("sum", cuda, size, cuda::Value{}, x, y);
}

template <class Storage>
void sum_squares(Cuda cuda, int64_t size, const Storage* x, float* y) {
  cuda::sum_of("sum_squares", cuda, size, cuda::Square{}, x, y);
}

template <class Storage>
void sum_rows(Cuda cuda, int64_t rows, int64_t channels, const Storage* x, float* y) {
  constexpr int width = cuda::kPack<Storage>;
  cuda::channel_sums<width>("sum_rows", cuda, rows, channels, cuda::packs_fit<width>(channels, x),
                            cuda::RowSum<Storage>{x}, cuda::StoreSum{y});
}

template <class Storage>
void argmax_channels(Cuda cuda, int64_t rows, int64_t channels, const Storage* x, int32_t* index) {
  if (rows == 0) return;
  constexpr auto op = "argmax_channels";
  if (channels <= cuda::kMostRowColumns)
    cuda::launch(op, cuda, cuda::argmax_channels_kernel<true, Storage>, cuda::row_blocks(rows, int(channels)),
                 cuda::row_threads(), cuda::staged_bytes<Storage>(int(channels)), rows, channels, x, index);
  else
    cuda::launch(op, cuda, cuda::argmax_channels_kernel<false, Storage>,
                 unsigned((rows + cuda::kRowWarps - 1) / cuda::kRowWarps), cuda::row_threads(), 0, rows,
                 channels, x, index);
}

template void sum(Cuda, int64_t, const float*, float*);
template void sum(Cuda, int64_t, const bfloat16*, float*);
template void sum_squares(Cuda, int64_t, const float*, float*);
template void sum_squares(Cuda, int64_t, const bfloat16*, float*);
template void sum_rows(Cuda, int64_t, int64_t, const float*, float*);
template void sum_rows(Cuda, int64_t, int64_t, const bfloat16*, float*);
template void argmax_channels(Cuda, int64_t, int64_t, const float*, int32_t*);
template void argmax_channels(Cuda, int64_t, int64_t, const bfloat16*, int32_t*);

}  // namespace huegrad
