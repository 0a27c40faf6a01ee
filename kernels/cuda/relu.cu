#include "kernels/relu.h"

#include "kernels/cuda/channels.h"
#include "kernels/cuda/elementwise.h"

namespace huegrad {
namespace cuda {
namespace {

struct Relu {
  __device__ float operator()(float x) const { return x > 0 ? x : 0; }
};
struct ReluGradient {
  __device__ float operator()(float y, float dy) const { return y > 0 ? dy : 0; }
};

// Writes dx on the way.
template <class Storage>
struct MaskedSum {
  static constexpr int count = 1;
  const Storage *y, *dy;
  Storage* dx;

  template <int width>
  __device__ PackPair<Storage, width> load(int64_t index) const {
    return {load_pack<width>(y + index), load_pack<width>(dy + index)};
  }
  template <int width>
  __device__ void add(const PackPair<Storage, width>& loaded, int64_t index, int64_t,
                      float (&sums)[count][width]) const {
    Pack<Storage, width> result;
#pragma unroll
    for (int j = 0; j < width; ++j) {
      const float gradient =
          ReluGradient{}(to_float(loaded.first.values[j]), to_float(loaded.second.values[j]));
      result.values[j] = from_float<Storage>(gradient);
      sums[0][j] += gradient;
    }
    store_pack(dx + index, result);
  }
};

}  // namespace
}  // namespace cuda

template <class Storage>
void relu_forward(Cuda cuda, int64_t size, const Storage* x, Storage* y) {
  cuda::elementwise("relu_forward", cuda, size, cuda::Relu{}, y, x);
}

template <class Storage>
void relu_backward(Cuda cuda, int64_t size, const Storage* y, const Storage* dy, Storage* dx) {
  cuda::elementwise("relu_backward", cuda, size, cuda::ReluGradient{}, dx, y, dy);
}

template <class Storage>
void relu_backward_bias(Cuda cuda, int64_t rows, int64_t channels, const Storage* y, const Storage* dy,
                        Storage* dx, float* db) {
  constexpr int width = cuda::kPack<Storage>;
  cuda::channel_sums<width>("relu_backward_bias", cuda, rows, channels,
                            cuda::packs_fit<width>(channels, y, dy, dx), cuda::MaskedSum<Storage>{y, dy, dx},
                            cuda::StoreSum{db});
}

template void relu_forward(Cuda, int64_t, const float*, float*);
template void relu_forward(Cuda, int64_t, const bfloat16*, bfloat16*);
template void relu_backward(Cuda, int64_t, const float*, const float*, float*);
template void relu_backward(Cuda, int64_t, const bfloat16*, const bfloat16*, bfloat16*);
template void relu_backward_bias(Cuda, int64_t, int64_t, const float*, const float*, float*, float*);
template void relu_backward_bias(Cuda, int64_t, int64_t, const bfloat16*, const bfloat16*, bfloat16*, float*);

}  // namespace huegrad
