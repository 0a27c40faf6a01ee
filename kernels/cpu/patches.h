// Operands of a matrix product that are patches of an image, and the weights that meet them. Forward
// convolution, its data gradient and transposed convolution are all one of these products:
//
//   y[position, :] = sum over taps t, channels c of  x[position * step + offset of t, c] * weight[t, c, :]
#pragma once
#include <cstdint>
#include <vector>

#include "kernels/cpu/gemm.h"
#include "kernels/cpu/gemm_rows.h"

namespace huegrad {

// One kernel element: where it reads, relative to the position's corner, and which weight it uses.
struct Tap {
  int64_t y = 0, x = 0;
  int64_t index = 0;  // kernel row * kernel width + kernel column
};

// A grid of output positions over an image (batch, height, width, channels).
struct Patches {
  int64_t batch = 1, height = 0, width = 0, channels = 0;
  int64_t grid_height = 0, grid_width = 0;  // output positions per image
  int64_t step = 1;                         // image pixels from one position to the next
  std::vector<Tap> taps;

  int64_t positions() const { return batch * grid_height * grid_width; }
  int64_t depth() const { return int64_t(taps.size()) * channels; }
};

// rows = positions, runs = the channels of each tap's pixel, in pieces of at most kGemmDepth; where they are
// few, the taps are copied into one run.
class PatchRows final : public GemmRows {
 public:
  PatchRows(const Patches& patches, const float* x);
  int64_t space() const override { return gathered_ ? patches_.depth() : 0; }
  void locate(int64_t first, int64_t count, const float** begin, float* space) const override;

 private:
  bool gathered_;
  const Patches& patches_;
  const float* x_;
};

// items = (tap, channel), k = positions: what a weight gradient multiplies the output's gradient with.
class PatchValuesOperand final : public GemmOperand {
 public:
  PatchValuesOperand(const Patches& patches, const float* x) : patches_(patches), x_(x) {}
  void pack(int64_t item_first, int64_t items, int64_t k_first, int64_t depth, int64_t width,
            float* packed) const override;

 private:
  const Patches& patches_;
  const float* x_;
};

// items = output channels, k = (tap, channel): the element is
// w[item * item_stride + tap.index * tap_stride + channel * channel_stride]; item_stride or channel_stride
// is 1.
class TapWeightsOperand final : public GemmOperand {
 public:
  TapWeightsOperand(const Patches& patches, const float* w, int64_t item_stride, int64_t tap_stride,
                    int64_t channel_stride)
      : patches_(patches),
        w_(w),
        item_stride_(item_stride),
        tap_stride_(tap_stride),
        channel_stride_(channel_stride) {}
  void pack(int64_t item_first, int64_t items, int64_t k_first, int64_t depth, int64_t width,
            float* packed) const override;

 private:
  const Patches& patches_;
  const float* w_;
  int64_t item_stride_, tap_stride_, channel_stride_;
};

}  // namespace huegrad
