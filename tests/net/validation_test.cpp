#include "net/validation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/autograd.h"
#include "data/ab_bins.h"

namespace huegrad {
namespace {

constexpr int64_t kNeighbours = 5, kClasses = 3;

// Two pictures of 8 x 8, so a grid of 2 x 2: one colourful and labelled 0 1 2 255, one grey and unlabelled.
Batch make_batch() {
  const std::vector<float> ab = {30, 40, -20, 10, 50, -33, 0, 60, 1, 0, 0, -1, 2, 2, 0, 0};
  const size_t cells = ab.size() / 2;
  std::vector<int32_t> index(cells * kNeighbours);
  std::vector<float> weight(index.size()), entropy(cells);
  soft_encode(Cpu{}, {int64_t(cells), kNeighbours, 5}, AbBins::zhang313().table(), ab.data(), index.data(),
              weight.data(), entropy.data());
  Batch batch;
  batch.lightness = Tensor::full({2, 8, 8, 1}, 10);
  batch.color_index = Tensor::from(index, {2, 2, 2, kNeighbours});
  batch.color_weight = Tensor::from(weight, {2, 2, 2, kNeighbours});
  batch.color_entropy = Tensor::from(entropy, {2, 2, 2});
  batch.color_rarity = Tensor::from(std::vector<float>{1, 2, 3, 4, 0, 0, 0, 0}, {2, 2, 2});
  batch.ab = Tensor::from(ab, {2, 2, 2, 2});
  batch.labels = Tensor::from(std::vector<int32_t>{0, 1, 2, 255, 255, 255, 255, 255}, {2, 2, 2});
  batch.label_weight = Tensor::full({2, 2, 2}, 1);
  return batch;
}

// The logarithm of the targets; 0 where there is no label.
HierarchicalNetwork::Output perfect(const Batch& batch) {
  HierarchicalNetwork::Output output{Tensor::full({2, 2, 2, 313}, -60), Tensor::zeros({2, 2, 2, kClasses})};
  for (int64_t i = 0; i < batch.color_index.size(); ++i)
    output.color_logits.data<float>()[i / kNeighbours * 313 + batch.color_index.data<int32_t>()[i]] =
        std::log(std::max(batch.color_weight.data<float>()[i], 1e-20f));
  for (int64_t i = 0; i < batch.labels.size(); ++i)
    if (const int32_t label = batch.labels.data<int32_t>()[i]; label < kClasses)
      output.semantic_logits.data<float>()[i * kClasses + label] = 50;
  return output;
}

ValidationReport measure(const HierarchicalNetwork::Output& output, const Batch& batch) {
  Validation validation(1);
  validation.add(output, batch);
  return validation.report();
}

}  // namespace

TEST_CASE("validation: a perfect answer gets perfect marks") {
  const Batch batch = make_batch();
  const ValidationReport report = measure(perfect(batch), batch);
  CHECK(report.pictures == 2);
  CHECK(std::abs(report.color_kl) < 1e-5);
  CHECK(std::abs(report.balanced_kl) < 1e-5);
  CHECK(report.color_cross_entropy > 0.5);  // the targets' own entropy
  CHECK(report.nearest_bin_accuracy == 1);
  CHECK(report.ab_error < 3);  // soft encoding pulls colours a little towards their neighbours
  CHECK(report.psnr > 30);
  CHECK(report.chroma == doctest::Approx(report.true_chroma).epsilon(0.05));
  CHECK(report.labelled_pixels == 3);
  CHECK(report.pixel_accuracy == 1);
  CHECK(report.mean_iou == 1);
  CHECK(report.semantic_loss < 1e-6);
}

TEST_CASE("validation: a net without colours shows in chroma, errors in the figures they belong to") {
  const Batch batch = make_batch();
  HierarchicalNetwork::Output output = perfect(batch);
  output.color_logits = Tensor::full({2, 2, 2, 313}, -60);
  for (int64_t i = 0; i < 8; ++i)
    output.color_logits.data<float>()[i * 313 + AbBins::zhang313().nearest(0, 0)] = 0;
  output.semantic_logits.data<float>()[0] = -50;  // the pixel of class 0 is now a tie of 1 and 2: class 1
  const ValidationReport report = measure(output, batch);
  CHECK(report.chroma < 0.01);
  CHECK(report.true_chroma > 10);
  CHECK(report.nearest_bin_accuracy == 0.5);  // the grey picture
  CHECK(report.balanced_kl > report.color_kl);
  CHECK(report.pixel_accuracy == doctest::Approx(2.0 / 3));
  CHECK(report.mean_iou == doctest::Approx((0 + 0.5 + 1) / 3));
  CHECK(report.confusion == std::vector<int64_t>{0, 1, 0, 0, 1, 0, 0, 0, 1});
  CHECK_FALSE(to_json(report).contains("confusion"));
}

TEST_CASE("validation: batches add up, and without pictures everything is 0") {
  const Batch batch = make_batch();
  Validation validation;
  CHECK(to_json(validation.report()) == to_json(ValidationReport{}));
  validation.add(perfect(batch), batch);
  const double once = validation.report().ab_error;
  validation.add(perfect(batch), batch);
  CHECK(validation.report().ab_error == doctest::Approx(once));
  CHECK(validation.report().pictures == 4);
}

}  // namespace huegrad
