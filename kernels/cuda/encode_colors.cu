// A thread a pixel for lightness and colours; soft_encode; then a block a picture, which must know whether
// any of its colours is one.
#include "kernels/encode_colors.h"

#include "kernels/cuda/images.h"
#include "kernels/cuda/rows.h"
#include "kernels/picture_pixels.h"

namespace huegrad {
namespace cuda {
namespace {

__global__ void __launch_bounds__(kElementwiseThreads)
    split_lab_kernel(EncodeColorsShape s, const PictureFrame* frames, const uint8_t* rgb, float* lightness,
                     float* ab) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads, pixels = s.pictures * s.side * s.side;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < pixels; i += step) {
    const ImagePlace place = image_place(i, s.side, s.side, 1);
    const PictureFrame& frame = frames[place.n];
    const color::Triple<float> unit = load_rgb(rgb + 3 * i, 3);
    const color::Triple<float> lab = color::srgb_to_lab(unit.v[0], unit.v[1], unit.v[2]);
    lightness[i] = color::clamped((lab.v[0] - 50) * frame.contrast + frame.brightness, -50.0f, 50.0f);
    if (place.row % kGridStride != kGridOffset || place.column % kGridStride != kGridOffset) continue;
    const int64_t cell =
        (place.n * s.cells() + place.row / kGridStride) * s.cells() + place.column / kGridStride;
    ab[2 * cell] = lab.v[1];
    ab[2 * cell + 1] = lab.v[2];
  }
}

__global__ void __launch_bounds__(kElementwiseThreads)
    rarity_kernel(EncodeColorsShape s, const float* bin_rarity, const float* ab, const int32_t* index,
                  float* rarity) {
  const int64_t first = int64_t(blockIdx.x) * s.picture_cells(), last = first + s.picture_cells();
  bool colorful = false;
  for (int64_t i = 2 * first + threadIdx.x; i < 2 * last; i += kElementwiseThreads)
    colorful = colorful || fabsf(ab[i]) > s.grey_limit;
  SHARED(int, colorful_warps, [kElementwiseThreads / kWarp]);
  const int any_of_warp = __any_sync(0xffffffffu, colorful);
  if (threadIdx.x % kWarp == 0) colorful_warps[threadIdx.x / kWarp] = any_of_warp;
  __syncthreads();
  for (int warp : colorful_warps) colorful = colorful || warp != 0;
  for (int64_t i = first + threadIdx.x; i < last; i += kElementwiseThreads)
    rarity[i] = colorful ? bin_rarity[index[i * s.neighbours]] : 0.0f;
}

}  // namespace
}  // namespace cuda

void encode_colors(Cuda cuda, const EncodeColorsShape& s, const AbBinTable& bins, const float* bin_rarity,
                   const PictureFrame* frames, const uint8_t* rgb, const ColorTargets& to) {
  const int64_t pixels = s.pictures * s.side * s.side;
  if (pixels == 0) return;
  cuda::launch("encode_colors", cuda, cuda::split_lab_kernel, cuda::elementwise_blocks(cuda, pixels),
               cuda::kElementwiseThreads, 0, s, frames, rgb, to.lightness, to.ab);
  soft_encode(cuda, s.encoding(), bins, to.ab, to.index, to.weight, to.entropy);
  cuda::launch("encode_colors", cuda, cuda::rarity_kernel, unsigned(s.pictures), cuda::kElementwiseThreads, 0,
               s, bin_rarity, to.ab, to.index, to.rarity);
}

}  // namespace huegrad
