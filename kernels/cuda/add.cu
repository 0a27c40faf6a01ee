#include "kernels/add.h"

#include "kernels/cuda/elementwise.h"

namespace huegrad {
namespace cuda {
namespace {

struct Sum {
  __device__ float operator()(float a, float b) const { return a + b; }
};
struct Scaled {
  float factor;
  __device__ float operator()(float x) const { return factor * x; }
};
struct Blended {
  float keep, rate;
  __device__ float operator()(float y, float x) const { return keep * y + rate * x; }
};
struct Constant {
  float value;
  __device__ float operator()() const { return value; }
};
struct ConstantAt {
  const float* value;
  __device__ float operator()() const { return *value; }
};

// Not elementwise(): where the factor is 1, which is the rule, the array is not touched at all.
template <int width, class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    scale_by_kernel(int64_t size, const float* factor, Storage* x) {
  const float by = *factor;
  if (by == 1) return;
  for_each_pack<width>(size, [&](int64_t i, auto pack) {
    apply_to_pack<pack.value>(Scaled{by}, x + i, load_pack<pack.value>(x + i));
  });
}

}  // namespace
}  // namespace cuda

template <class Storage>
void add(Cuda cuda, int64_t size, const Storage* a, const Storage* b, Storage* y) {
  cuda::elementwise("add", cuda, size, cuda::Sum{}, y, a, b);
}

template <class Storage>
void scale(Cuda cuda, int64_t size, double factor, const Storage* x, Storage* y) {
  cuda::elementwise("scale", cuda, size, cuda::Scaled{float(factor)}, y, x);
}

template <class Storage>
void scale_by(Cuda cuda, int64_t size, const float* factor, Storage* x) {
  if (size == 0) return;
  constexpr int width = cuda::kPack<Storage>;
  const bool fits = cuda::packs_fit<width>(0, x);
  cuda::launch(
      "scale_by", cuda, fits ? cuda::scale_by_kernel<width, Storage> : cuda::scale_by_kernel<1, Storage>,
      cuda::pack_blocks(cuda, size, fits ? width : 1), cuda::kElementwiseThreads, 0, size, factor, x);
}

void blend(Cuda cuda, int64_t size, double rate, const float* x, float* y) {
  cuda::elementwise("blend", cuda, size, cuda::Blended{float(1 - rate), float(rate)}, y, y, x);
}

template <class Storage>
void fill(Cuda cuda, int64_t size, double value, Storage* y) {
  cuda::elementwise("fill", cuda, size, cuda::Constant{float(value)}, y);
}

template <class Storage>
void fill(Cuda cuda, int64_t size, const float* value, Storage* y) {
  cuda::elementwise("fill", cuda, size, cuda::ConstantAt{value}, y);
}

template void add(Cuda, int64_t, const float*, const float*, float*);
template void add(Cuda, int64_t, const bfloat16*, const bfloat16*, bfloat16*);
template void scale(Cuda, int64_t, double, const float*, float*);
template void scale(Cuda, int64_t, double, const bfloat16*, bfloat16*);
template void scale_by(Cuda, int64_t, const float*, float*);
template void scale_by(Cuda, int64_t, const float*, bfloat16*);
template void fill(Cuda, int64_t, double, float*);
template void fill(Cuda, int64_t, double, bfloat16*);
template void fill(Cuda, int64_t, const float*, float*);
template void fill(Cuda, int64_t, const float*, bfloat16*);

}  // namespace huegrad
