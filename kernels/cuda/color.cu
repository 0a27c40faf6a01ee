// A thread a pixel. The gamut search makes this compute-bound where colours are vivid.
#include "kernels/color.h"

#include "kernels/color_math.h"
#include "kernels/cuda/elementwise.h"
#include "kernels/picture_pixels.h"

namespace huegrad {
namespace cuda {
namespace {

struct ToLab {
  __device__ color::Triple<float> operator()(float r, float g, float b) const {
    return color::srgb_to_lab(r, g, b);
  }
};
struct ToSrgb {
  __device__ color::Triple<float> operator()(float L, float a, float b) const {
    return color::lab_to_srgb(L, a, b);
  }
};

template <class Conversion, class Storage>
__global__ void __launch_bounds__(kElementwiseThreads)
    convert_kernel(int64_t size, Conversion convert, const Storage* x, Storage* y) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < size; i += step) {
    const color::Triple<float> pixel =
        convert(to_float(x[3 * i]), to_float(x[3 * i + 1]), to_float(x[3 * i + 2]));
    for (int c = 0; c < 3; ++c) y[3 * i + c] = from_float<Storage>(pixel.v[c]);
  }
}

template <class Sample>
__global__ void __launch_bounds__(kElementwiseThreads)
    picture_lightness_kernel(int64_t size, int64_t channels, const Sample* picture, float center,
                             float* lightness) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < size; i += step) {
    const color::Triple<float> rgb = load_rgb(picture + i * channels, channels);
    lightness[i] = color::srgb_to_lab(rgb.v[0], rgb.v[1], rgb.v[2]).v[0] - center;
  }
}

template <class Conversion, class Storage>
void convert(const char* op, Cuda cuda, int64_t size, const Storage* x, Storage* y) {
  if (size > 0)
    launch(op, cuda, convert_kernel<Conversion, Storage>, elementwise_blocks(cuda, size), kElementwiseThreads,
           0, size, Conversion{}, x, y);
}

}  // namespace
}  // namespace cuda

template <class Storage>
void srgb_to_lab(Cuda cuda, int64_t size, const Storage* rgb, Storage* lab) {
  cuda::convert<cuda::ToLab>("srgb_to_lab", cuda, size, rgb, lab);
}

template <class Storage>
void lab_to_srgb(Cuda cuda, int64_t size, const Storage* lab, Storage* rgb) {
  cuda::convert<cuda::ToSrgb>("lab_to_srgb", cuda, size, lab, rgb);
}

template <class Sample>
void picture_lightness(Cuda cuda, int64_t size, int64_t channels, const Sample* picture, float center,
                       float* lightness) {
  if (size > 0)
    cuda::launch("picture_lightness", cuda, cuda::picture_lightness_kernel<Sample>,
                 cuda::elementwise_blocks(cuda, size), cuda::kElementwiseThreads, 0, size, channels, picture,
                 center, lightness);
}

template void srgb_to_lab(Cuda, int64_t, const float*, float*);
template void srgb_to_lab(Cuda, int64_t, const bfloat16*, bfloat16*);
template void lab_to_srgb(Cuda, int64_t, const float*, float*);
template void lab_to_srgb(Cuda, int64_t, const bfloat16*, bfloat16*);
template void picture_lightness(Cuda, int64_t, int64_t, const uint8_t*, float, float*);
template void picture_lightness(Cuda, int64_t, int64_t, const uint16_t*, float, float*);

}  // namespace huegrad
