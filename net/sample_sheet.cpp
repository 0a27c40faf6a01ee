#include "net/sample_grid.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/autograd.h"
#include "kernels/color.h"
#include "layers/upsample.h"

namespace huegrad {
namespace {

// Writes tile `column` of every row of the grid; ab (N, H, W, 2).
void draw_column(const Tensor& lightness, const Tensor& ab, int64_t column, Image& grid) {
  const int64_t pixels = lightness.size(), width = lightness.extent(2);
  std::vector<float> lab(size_t(pixels) * 3), rgb(lab.size());
  for (int64_t i = 0; i < pixels; ++i) {
    lab[size_t(3 * i)] = std::clamp(lightness.data<float>()[i] + 50, 0.0f, 100.0f);
    lab[size_t(3 * i) + 1] = ab.data<float>()[2 * i];
    lab[size_t(3 * i) + 2] = ab.data<float>()[2 * i + 1];
  }
  lab_to_srgb(Cpu{}, pixels, lab.data(), rgb.data());
  for (int64_t i = 0; i < pixels; ++i)
    for (int64_t c = 0; c < 3; ++c)
      grid.samples8[size_t((i / width * grid.width + column * width + i % width) * 3 + c)] =
          uint8_t(std::lround(rgb[size_t(3 * i + c)] * 255));
}

}  // namespace

Image sample_grid(const Tensor& lightness, const Tensor& predicted, const Tensor& truth) {
  const NoGradient no_gradient;
  const int64_t pictures = lightness.extent(0), height = lightness.extent(1), width = lightness.extent(2);
  Image grid = Image::make(3 * width, pictures * height, 3);
  draw_column(lightness, Tensor::zeros({pictures, height, width, 2}), 0, grid);
  draw_column(lightness, upsample(predicted, height, width), 1, grid);
  draw_column(lightness, upsample(truth, height, width), 2, grid);
  return grid;
}

}  // namespace huegrad
