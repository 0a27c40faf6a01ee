#include "net/joint_loss.h"

#include <doctest/doctest.h>

#include "core/autograd.h"
#include "tests/support/compare.h"

namespace huegrad {
namespace {

constexpr int64_t kPictures = 2, kSide = 3, kBins = 5, kClasses = 4;

struct Case {
  HierarchicalNetwork::Output output;
  Batch batch;
};

// Random logits, two bins per pixel, labels 0..3; the first pixel of each picture is unlabelled.
Case make_case() {
  const int64_t pixels = kPictures * kSide * kSide;
  const auto logits = [&](int64_t channels, uint64_t seed) {
    return Tensor::from(test::random_values<float>(pixels * channels, seed, -2, 2),
                        {kPictures, kSide, kSide, channels})
        .set_requires_grad();
  };
  Case c{{logits(kBins, 1), logits(kClasses, 2)}, {}};
  std::vector<int32_t> index, label;
  std::vector<float> weight;
  for (int64_t i = 0; i < pixels; ++i) {
    index.insert(index.end(), {int32_t(i % kBins), int32_t((i + 2) % kBins)});
    weight.insert(weight.end(), {0.75f, 0.25f});
    label.push_back(i % (kSide * kSide) == 0 ? 255 : int32_t(i % kClasses));
  }
  const Shape grid = {kPictures, kSide, kSide};
  c.batch.color_index = Tensor::from(index, {kPictures, kSide, kSide, 2});
  c.batch.color_weight = Tensor::from(weight, {kPictures, kSide, kSide, 2});
  c.batch.color_entropy = Tensor::full(grid, -0.75 * std::log(0.75) - 0.25 * std::log(0.25));
  c.batch.color_rarity = Tensor::from(test::random_values<float>(pixels, 3, 0.5, 2), grid);
  c.batch.labels = Tensor::from(label, grid);
  c.batch.label_weight = Tensor::full(grid, 1);
  return c;
}

}  // namespace

TEST_CASE("joint loss: the normalizations differ by the number of cells, in value and gradient") {
  const Case caffe = make_case(), mean = make_case();
  const JointLoss a = joint_loss(caffe.output, caffe.batch, {.mean = false, .class_weight = {}});
  const JointLoss b = joint_loss(mean.output, mean.batch, {.mean = true, .class_weight = {}});
  constexpr double kCells = kSide * kSide;
  CHECK(a.total.item() == doctest::Approx(b.total.item() * kCells));
  CHECK(a.total.item() == doctest::Approx(a.color_value() + 100 * a.semantic_value()));
  CHECK(b.total.item() == doctest::Approx(b.color_value() + 100 / kCells * b.semantic_value()));
  a.total.backward();
  b.total.backward();
  for (auto logits :
       {&HierarchicalNetwork::Output::color_logits, &HierarchicalNetwork::Output::semantic_logits}) {
    std::vector<float> expected = (mean.output.*logits).grad().values<float>();
    for (float& value : expected) value *= float(kCells);
    CHECK(test::relative_error((caffe.output.*logits).grad().values<float>(), expected) < 1e-5);
  }
}

TEST_CASE("joint loss: grey pictures and unlabelled pixels give exactly no gradient") {
  const Case c = make_case();
  const int64_t cells = kSide * kSide;
  std::fill_n(c.batch.color_rarity.data<float>(), cells, 0.0f);  // the first picture is grey
  for (const bool rebalance : {true, false}) {
    c.output.color_logits.zero_grad();
    c.output.semantic_logits.zero_grad();
    joint_loss(c.output, c.batch, {.rebalance = rebalance, .class_weight = {}}).total.backward();
    const std::vector<float> color = c.output.color_logits.grad().values<float>();
    const std::vector<float> semantic = c.output.semantic_logits.grad().values<float>();
    for (int64_t i = 0; i < cells * kBins; ++i) CHECK(color[size_t(i)] == 0);
    CHECK(std::any_of(color.begin() + cells * kBins, color.end(), [](float g) { return g != 0; }));
    for (int64_t i = 0; i < kClasses; ++i) CHECK(semantic[size_t(i)] == 0);
    CHECK(semantic[kClasses] != 0);
  }
}

TEST_CASE("joint loss: confidence in labels scales their part, rarity that of colours") {
  const Case c = make_case();
  const JointLoss full = joint_loss(c.output, c.batch, {.class_weight = {}});
  std::fill_n(c.batch.label_weight.data<float>(), c.batch.label_weight.size(), 0.5f);
  for (int64_t i = 0; i < c.batch.color_rarity.size(); ++i) c.batch.color_rarity.data<float>()[i] *= 3;
  const JointLoss half = joint_loss(c.output, c.batch, {.class_weight = {}});
  CHECK(half.semantic_value() == doctest::Approx(full.semantic_value() / 2));
  CHECK(half.color_value() == doctest::Approx(full.color_value() * 3));
}

TEST_CASE("joint loss: a network without semantics has only the colour term") {
  Case c = make_case();
  c.output.semantic_logits = {};
  const JointLoss loss = joint_loss(c.output, c.batch, {.lambda_color = 2, .class_weight = {}});
  CHECK(loss.semantic_value() == 0);
  CHECK(loss.total.item() == doctest::Approx(2 * loss.color_value()));
}

TEST_CASE("colour KL: zero for the targets themselves, the excess over their entropy otherwise") {
  const Case c = make_case();
  const NoGradient no_gradient;
  for (int64_t i = 0; i < c.output.color_logits.size(); ++i) {
    const int64_t pixel = i / kBins, bin = i % kBins;
    c.output.color_logits.data<float>()[i] = bin == pixel % kBins         ? std::log(0.75f)
                                             : bin == (pixel + 2) % kBins ? std::log(0.25f)
                                                                          : -50;
  }
  CHECK(std::abs(color_kl(c.output.color_logits, c.batch)) < 1e-6);
  const Tensor even = Tensor::zeros(c.output.color_logits.shape());
  CHECK(color_kl(even, c.batch) ==
        doctest::Approx(std::log(5.0) + 0.75 * std::log(0.75) + 0.25 * std::log(0.25)));
}

}  // namespace huegrad
