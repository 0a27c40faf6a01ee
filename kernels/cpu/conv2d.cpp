// The three passes of a convolution as matrix products (see gemm.h). The data gradient with stride s is s*s
// products, one per phase of the image's pixel grid: the pixels of a phase meet the same kernel elements, so
// nothing is multiplied with the zeros a stride leaves, and every pixel is written once.
#include "kernels/conv2d.h"

#include <algorithm>

#include "kernels/cpu/cache.h"
#include "kernels/cpu/conv2d_passes.h"
#include "kernels/cpu/gemm_long.h"
#include "kernels/cpu/narrow.h"
#include "kernels/cpu/patches.h"
#include "kernels/cpu/winograd.h"

namespace huegrad {
namespace {

// An image that does not stay in the caches until it is read is written around them.
bool streams(const float* image, int64_t size, int64_t channels) {
  return size > kCachedFloats && channels % kCacheLineFloats == 0 && begins_cache_line(image);
}

// Pixels first, first + stride, ... of every row and every stride-th row of an image.
class PhaseOutput final : public GemmOutput {
 public:
  PhaseOutput(const Conv2dShape& shape, const Patches& patches, const Phase& phase, float* dx)
      : shape_(shape), patches_(patches), phase_(phase), dx_(dx) {}
  bool streamed() const override { return streams(dx_, shape_.input_size(), shape_.in_channels); }

  float* row(int64_t position) const override {
    const int64_t line = position / patches_.grid_width;
    const int64_t image = line / patches_.grid_height;
    const int64_t y = line % patches_.grid_height * shape_.stride + phase_.first_y;
    const int64_t x = position % patches_.grid_width * shape_.stride + phase_.first_x;
    return dx_ + ((image * shape_.in_height + y) * shape_.in_width + x) * shape_.in_channels;
  }

 private:
  const Conv2dShape& shape_;
  const Patches& patches_;
  const Phase& phase_;
  float* dx_;
};

// Where pixel `first` of a phase meets kernel row (or column) r: output pixel `offset`; false if between two.
bool meets(const Conv2dShape& s, int64_t first, int64_t r, int64_t& offset) {
  const int64_t distance = first + s.padding - r * s.dilation;
  offset = distance / s.stride;
  return distance % s.stride == 0;
}

}  // namespace

Patches forward_patches(const Conv2dShape& s) {
  Patches patches{.batch = s.batch,
                  .height = s.in_height,
                  .width = s.in_width,
                  .channels = s.in_channels,
                  .grid_height = s.out_height(),
                  .grid_width = s.out_width(),
                  .step = s.stride,
                  .taps = {}};
  for (int64_t r = 0; r < s.kernel_height; ++r)
    for (int64_t v = 0; v < s.kernel_width; ++v)
      patches.taps.push_back(
          {r * s.dilation - s.padding, v * s.dilation - s.padding, r * s.kernel_width + v});
  return patches;
}

TapWeightsOperand forward_weights(const Conv2dShape& s, const Patches& patches, const float* w) {
  return TapWeightsOperand(patches, w, s.kernel_height * s.kernel_width * s.in_channels, s.in_channels, 1);
}

void product_forward(const Conv2dShape& s, const Patches& patches, const float* x,
                     const PackedPanels& weights, const Conv2dEpilogue<float>& epilogue, float* y) {
  gemm_rows(patches.positions(), s.out_channels, PatchRows(patches, x), weights, epilogue,
            MatrixOutput(y, s.out_channels, streams(y, s.output_size(), s.out_channels)));
}

void conv2d_forward(Cpu, const Conv2dShape& s, const float* x, const float* w,
                    const Conv2dEpilogue<float>& epilogue, float* y) {
  if (narrow_suits(s)) return narrow_forward(s, x, w, epilogue, y);
  if (winograd_suits(s)) return winograd_forward(s, x, w, epilogue, y);
  const Patches patches = forward_patches(s);
  const PackedPanels weights =
      pack_panels_once(forward_weights(s, patches, w), s.out_channels, patches.depth());
  product_forward(s, patches, x, weights, epilogue, y);
}

Phase phase_of(const Conv2dShape& s, int64_t index) { return {index / s.stride, index % s.stride}; }

// Pixels (first_y + i*stride, first_x + j*stride) of dx as positions over dy.
Patches phase_patches(const Conv2dShape& s, const Phase& phase) {
  const auto& [first_y, first_x] = phase;
  Patches patches{.batch = s.batch,
                  .height = s.out_height(),
                  .width = s.out_width(),
                  .channels = s.out_channels,
                  .grid_height = (s.in_height - first_y + s.stride - 1) / s.stride,
                  .grid_width = (s.in_width - first_x + s.stride - 1) / s.stride,
                  .step = 1,
                  .taps = {}};
  int64_t y = 0, x = 0;
  for (int64_t r = 0; r < s.kernel_height; ++r)
    for (int64_t v = 0; v < s.kernel_width; ++v)
      if (meets(s, first_y, r, y) && meets(s, first_x, v, x))
        patches.taps.push_back({y, x, r * s.kernel_width + v});
  // No kernel element reads these pixels; one that reads outside dy gives the zeros they need.
  if (patches.taps.empty()) patches.taps.push_back({patches.height, 0, 0});
  return patches;
}

TapWeightsOperand phase_weights(const Conv2dShape& s, const Patches& patches, const float* w) {
  return TapWeightsOperand(patches, w, 1, s.in_channels, s.kernel_height * s.kernel_width * s.in_channels);
}

void product_phase(const Conv2dShape& s, const Phase& phase, const Patches& patches, const float* dy,
                   const PackedPanels& weights, const Conv2dEpilogue<float>& epilogue, float* dx) {
  if (patches.positions() <= 0) return;
  gemm_rows(patches.positions(), s.in_channels, PatchRows(patches, dy), weights, epilogue,
            PhaseOutput(s, patches, phase, dx));
}

void conv2d_scatter(const Conv2dShape& s, const float* w, const float* dy,
                    const Conv2dEpilogue<float>& epilogue, float* dx) {
  if (winograd_suits(s)) return winograd_backward_data(s, w, dy, epilogue, dx);
  for (int64_t index = 0; index < s.stride * s.stride; ++index) {
    const Phase phase = phase_of(s, index);
    const Patches patches = phase_patches(s, phase);
    const PackedPanels weights =
        pack_panels_once(phase_weights(s, patches, w), s.in_channels, patches.depth());
    product_phase(s, phase, patches, dy, weights, epilogue, dx);
  }
}

void conv2d_backward_data(Cpu, const Conv2dShape& s, const float* w, const float* dy, float* dx) {
  conv2d_scatter(s, w, dy, {}, dx);
}

void conv2d_backward_weight(Cpu, const Conv2dShape& s, const float* x, const float* dy, float* dw) {
  if (narrow_suits(s)) return narrow_backward_weight(s, x, dy, dw);
  if (winograd_suits(s)) return winograd_backward_weight(s, x, dy, dw);
  const Patches patches = forward_patches(s);
  gemm_long(s.out_channels, patches.depth(), patches.positions(), MatrixOperand(dy, 1, s.out_channels),
            PatchValuesOperand(patches, x), dw);
}

const char* conv2d_algorithm(Cpu, const Conv2dShape& s) {
  return narrow_suits(s) ? "narrow" : winograd_suits(s) ? "winograd" : "product";
}

}  // namespace huegrad
