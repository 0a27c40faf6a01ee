// Frames are read on the device, so the launches are the same for every batch of a shape, and can be part of
// a captured graph: there is room for the weights of the longest picture.
#include "kernels/unpack_pictures.h"

#include "kernels/cuda/images.h"
#include "kernels/cuda/resampling.h"

namespace huegrad {
namespace cuda {
namespace {

enum AxisName { rows, columns, axes };

// The weights of every picture, in scratch memory.
struct FrameWeights {
  int64_t side, axis_bytes;
  char* memory;

  __device__ AxisWeights at(int64_t picture, int64_t axis) const {
    return AxisWeights(memory + (picture * axes + axis) * axis_bytes, side);
  }
};

__device__ __forceinline__ const PictureFrame& frame_of(const uint8_t* bytes, int64_t picture) {
  return reinterpret_cast<const PictureFrame*>(bytes)[picture];
}

__global__ void __launch_bounds__(kElementwiseThreads)
    unpack_weights_kernel(PictureBytes s, const uint8_t* bytes, FrameWeights weights) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads, outputs = s.pictures * axes * s.side;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < outputs; i += step) {
    const int64_t picture = i / (axes * s.side), axis = i / s.side % axes;
    const PictureFrame& frame = frame_of(bytes, picture);
    const int64_t extent = axis == rows ? frame.height : frame.width;
    weights.at(picture, axis).make({extent, s.side, ResizeFilter::triangle}, i % s.side);
  }
}

__global__ void __launch_bounds__(kElementwiseThreads)
    unpack_pixels_kernel(PictureBytes s, FrameWeights weights, const uint8_t* bytes, uint8_t* rgb) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.pixels(); i += step) {
    const ImagePlace place = image_place(i, s.side, s.side, 1);
    const PictureFrame& frame = frame_of(bytes, place.n);
    float sums[3];
    resample(weights.at(place.n, rows), weights.at(place.n, columns), place.row,
             frame.mirror ? s.side - 1 - place.column : place.column, bytes + frame.pixels, frame.width, 3,
             sums);
    for (int c = 0; c < 3; ++c) rgb[3 * i + c] = resized_sample<uint8_t>(sums[c]);
  }
}

__global__ void __launch_bounds__(kElementwiseThreads)
    unpack_labels_kernel(PictureBytes s, const uint8_t* bytes, int32_t* label, float* label_weight) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.grid_size(); i += step) {
    label[i] = bytes[s.labels_offset() + i];
    label_weight[i] = frame_of(bytes, i / (s.cells() * s.cells())).label_weight;
  }
}

}  // namespace
}  // namespace cuda

void unpack_pictures(Cuda cuda, const PictureBytes& s, const uint8_t* bytes, uint8_t* rgb, int32_t* label,
                     float* label_weight) {
  if (s.pixels() == 0) return;
  const ResizeAxis longest = {s.longest, s.side, ResizeFilter::triangle};
  const int64_t axis_bytes = cuda::AxisWeights::bytes(s.side, longest.most_taps());
  const cuda::FrameWeights weights = {
      s.side, axis_bytes, static_cast<char*>(cuda.context->scratch(s.pictures * cuda::axes * axis_bytes))};
  cuda::launch("unpack_pictures", cuda, cuda::unpack_weights_kernel,
               cuda::elementwise_blocks(cuda, s.pictures * cuda::axes * s.side), cuda::kElementwiseThreads, 0,
               s, bytes, weights);
  cuda::launch("unpack_pictures", cuda, cuda::unpack_pixels_kernel,
               cuda::elementwise_blocks(cuda, s.pixels()), cuda::kElementwiseThreads, 0, s, weights, bytes,
               rgb);
  cuda::launch("unpack_pictures", cuda, cuda::unpack_labels_kernel,
               cuda::elementwise_blocks(cuda, s.grid_size()), cuda::kElementwiseThreads, 0, s, bytes, label,
               label_weight);
}

}  // namespace huegrad
