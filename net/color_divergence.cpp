#include "net/color_divergence.h"

#include <algorithm>
#include <cmath>

#include "data/ab_bins.h"
#include "data/color.h"
#include "data/color_grid.h"
#include "data/resize.h"
#include "kernels/encode_colors.h"
#include "kernels/softmax_cross_entropy.h"

namespace huegrad {
namespace {

// Rarities of a picture's colours: 0 for a grey one, as kernels/encode_colors.h says.
void fill_rarity(const Batch& batch, float grey_limit, std::span<const float> bin_rarity) {
  const std::span<const float> ab(batch.ab.data<float>(), size_t(batch.ab.size()));
  const bool grey = std::ranges::none_of(ab, [&](float value) { return std::abs(value) > grey_limit; });
  const int64_t neighbours = batch.color_index.extent(-1);
  for (int64_t i = 0; i < batch.color_rarity.size(); ++i) {
    const int32_t nearest = batch.color_index.data<int32_t>()[i * neighbours];
    batch.color_rarity.data<float>()[i] = grey ? 0 : bin_rarity[size_t(nearest)];
  }
}

}  // namespace

ColorDivergence& ColorDivergence::operator+=(const ColorDivergence& other) {
  for (const auto sum : {&ColorDivergence::pixels, &ColorDivergence::cross_entropy, &ColorDivergence::entropy,
                         &ColorDivergence::rarity, &ColorDivergence::balanced_cross_entropy,
                         &ColorDivergence::balanced_entropy})
    this->*sum += other.*sum;
  return *this;
}

ColorDivergence color_divergence(const Tensor& logits, const Batch& batch) {
  const int64_t rows = batch.color_rarity.size(), k = batch.color_index.extent(-1);
  const Tensor loss = batch.color_rarity.empty_like();
  const float one = 1;
  const SparseTargets<float> targets{batch.color_index.data<int32_t>(), batch.color_weight.data<float>(),
                                     nullptr};
  softmax_cross_entropy(Cpu{}, {.rows = rows, .classes = logits.extent(-1), .targets_per_row = k},
                        logits.data<float>(), targets, &one, loss.data<float>(),
                        static_cast<float*>(nullptr));
  ColorDivergence sums{.pixels = double(rows)};
  for (int64_t i = 0; i < rows; ++i) {
    const double cross = loss.data<float>()[i], h = batch.color_entropy.data<float>()[i];
    const double v = batch.color_rarity.data<float>()[i];
    sums += {0, cross, h, v, v * cross, v * h};
  }
  return sums;
}

Batch color_targets(const Image& picture, int64_t height, int64_t width, std::span<const float> bin_rarity) {
  const int64_t h = height / kGridStride, w = width / kGridStride;
  const EncodeColorsShape encoding;  // its neighbours, sigma and limit of grey
  Batch batch;
  batch.ab = Tensor::from(sample_ab(lab(resize(picture, width, height)), height, width), {1, h, w, 2});
  batch.color_index = Tensor::empty({1, h, w, encoding.neighbours}, DType::int32);
  batch.color_weight = Tensor::empty({1, h, w, encoding.neighbours});
  batch.color_entropy = Tensor::empty({1, h, w});
  batch.color_rarity = Tensor::empty({1, h, w});
  soft_encode(Cpu{}, {h * w, encoding.neighbours, encoding.sigma}, AbBins::zhang313().table(),
              batch.ab.data<float>(), batch.color_index.data<int32_t>(), batch.color_weight.data<float>(),
              batch.color_entropy.data<float>());
  fill_rarity(batch, encoding.grey_limit, bin_rarity);
  return batch;
}

}  // namespace huegrad
