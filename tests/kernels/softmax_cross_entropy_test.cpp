#include "kernels/softmax_cross_entropy.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/cases/softmax_cross_entropy.h"
#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

template <class Real>
struct Loss {
  std::vector<Real> loss, dlogits;

  template <class Backend, class Targets>
  Loss(Backend backend, const SoftmaxCrossEntropyShape& s, const std::vector<Real>& logits,
       const Targets& targets, Real scale)
      : loss(poisoned<Real>(s.rows)), dlogits(poisoned<Real>(s.rows * s.classes)) {
    softmax_cross_entropy(backend, s, logits.data(), targets, &scale, loss.data(), dlogits.data());
  }
};

std::vector<int32_t> random_indices(int64_t size, int64_t classes, uint64_t seed) {
  const auto values = random_values<double>(size, seed, 0, double(classes));
  return {values.begin(), values.end()};
}

template <class Targets>
void check_fast(const SoftmaxCrossEntropyShape& s, const Targets& targets) {
  CAPTURE(s.rows);
  CAPTURE(s.classes);
  const auto logits = random_values<float>(s.rows * s.classes, 1, -20, 20);
  const Loss<float> fast(Cpu{}, s, logits, targets, 0.25f), expected(Reference{}, s, logits, targets, 0.25f);
  CHECK(relative_error(fast.loss, expected.loss) < 1e-6);
  CHECK(relative_error(fast.dlogits, expected.dlogits) < 1e-6);
  auto loss_alone = poisoned<float>(s.rows);
  const float scale = 0.25;
  softmax_cross_entropy(Cpu{}, s, logits.data(), targets, &scale, loss_alone.data(), nullptr);
  CHECK(loss_alone == fast.loss);
}

}  // namespace

TEST_CASE("softmax_cross_entropy: the fast kernel equals the definition") {
  for (const SoftmaxCrossEntropyShape& s : softmax_cross_entropy_cases()) {
    auto labels = random_indices(s.rows, s.classes, 2);
    labels[s.rows / 2] = 255;
    const auto class_weight = random_values<float>(std::max<int64_t>(256, s.classes), 3, 0, 2);
    const auto row_weight = random_values<float>(s.rows, 4, 0, 2);
    check_fast(s,
               IntegerTargets<float>{.index = labels.data(), .class_weight = nullptr, .row_weight = nullptr});
    check_fast(
        s, IntegerTargets<float>{
               .index = labels.data(), .class_weight = class_weight.data(), .row_weight = row_weight.data()});

    const auto index = random_indices(s.rows * s.targets_per_row, s.classes, 5);
    const auto weight = random_values<float>(s.rows * s.targets_per_row, 6, 0, 1);
    check_fast(s,
               SparseTargets<float>{.index = index.data(), .weight = weight.data(), .row_weight = nullptr});
    check_fast(s, SparseTargets<float>{
                      .index = index.data(), .weight = weight.data(), .row_weight = row_weight.data()});
  }
}

TEST_CASE_TEMPLATE("softmax_cross_entropy: rows of weight zero give exactly zero", Backend, Reference, Cpu) {
  const float infinity = std::numeric_limits<float>::infinity(), nan = std::nanf("");
  const std::vector<float> logits = {1e30f, -1e30f, 1e30f, infinity, infinity, 0, nan, 1, 2};
  const SoftmaxCrossEntropyShape s = {.rows = 3, .classes = 3, .targets_per_row = 2};
  const std::vector<float> class_weight = {1, 0, 1}, row_weight = {0, 0, 0};
  const std::vector<int32_t> labels = {255, 1, 1}, pairs = {0, 1, 1, 2, 0, 0};
  const std::vector<float> weight(6, 0.5f), zeros(9, 0.0f);

  const IntegerTargets<float> integer = {
      .index = labels.data(), .class_weight = class_weight.data(), .row_weight = nullptr};
  const Loss<float> of_labels(Backend{}, s, logits, integer, 1);
  CHECK(of_labels.loss == std::vector<float>(3, 0.0f));
  CHECK(of_labels.dlogits == zeros);

  const SparseTargets<float> sparse = {
      .index = pairs.data(), .weight = weight.data(), .row_weight = row_weight.data()};
  const Loss<float> of_pairs(Backend{}, s, logits, sparse, 1);
  CHECK(of_pairs.loss == std::vector<float>(3, 0.0f));
  CHECK(of_pairs.dlogits == zeros);
}

TEST_CASE_TEMPLATE("softmax_cross_entropy: huge logits do not overflow", Backend, Reference, Cpu) {
  const SoftmaxCrossEntropyShape s = {.rows = 2, .classes = 2, .targets_per_row = 1};
  const std::vector<int32_t> labels = {0, 1};
  const IntegerTargets<float> targets = {
      .index = labels.data(), .class_weight = nullptr, .row_weight = nullptr};
  const Loss<float> run(Backend{}, s, {1e30f, 1e30f, 1e30f, -1e30f}, targets, 1);
  CHECK(run.loss[0] == doctest::Approx(std::log(2.0)));
  CHECK(run.loss[1] == doctest::Approx(2e30));
  CHECK(run.dlogits == std::vector<float>{-0.5f, 0.5f, 1, -1});
}

TEST_CASE("softmax_cross_entropy: logsumexp is accurate") {
  const SoftmaxCrossEntropyShape s = {.rows = 1, .classes = 313, .targets_per_row = 1};
  for (double spread : {0.0, 1e-3, 1.0, 30.0}) {
    CAPTURE(spread);
    auto logits = random_values<float>(313, 1, 0, spread);
    logits[0] = 0;  // the loss is logsumexp itself
    const int32_t label = 0;
    const IntegerTargets<float> targets = {.index = &label, .class_weight = nullptr, .row_weight = nullptr};
    double sum = 0;
    for (float z : logits) sum += std::exp(double(z));
    CHECK(Loss<float>(Cpu{}, s, logits, targets, 1).loss[0] == doctest::Approx(std::log(sum)).epsilon(1e-6));
  }
}

TEST_CASE("softmax_cross_entropy: a repeated index counts with the sum of its weights") {
  const SoftmaxCrossEntropyShape twice = {.rows = 1, .classes = 4, .targets_per_row = 2};
  const SoftmaxCrossEntropyShape once = {.rows = 1, .classes = 4, .targets_per_row = 1};
  const std::vector<double> logits = {0.3, -1, 2, 0.5}, halves = {0.25, 0.5}, whole = {0.75};
  const std::vector<int32_t> index = {2, 2};
  const SparseTargets<double> pairs = {.index = index.data(), .weight = halves.data(), .row_weight = nullptr};
  const SparseTargets<double> pair = {.index = index.data(), .weight = whole.data(), .row_weight = nullptr};
  const Loss<double> a(Reference{}, twice, logits, pairs, 1), b(Reference{}, once, logits, pair, 1);
  CHECK(relative_error(a.loss, b.loss) < 1e-15);
  CHECK(relative_error(a.dlogits, b.dlogits) < 1e-15);
}

TEST_CASE("softmax_cross_entropy: the gradient equals central differences") {
  const SoftmaxCrossEntropyShape s = {.rows = 2, .classes = 5, .targets_per_row = 2};
  const std::vector<int32_t> index = {0, 3, 4, 4};
  const std::vector<double> weight = {0.2, 0.5, 0.9, 0.3}, row_weight = {1.5, 0.7};
  const SparseTargets<double> targets = {
      .index = index.data(), .weight = weight.data(), .row_weight = row_weight.data()};
  const auto logits = random_values<double>(10, 1, -3, 3);
  const Loss<double> run(Reference{}, s, logits, targets, 0.5);
  for (int64_t i = 0; i < 10; ++i) {
    auto plus = logits, minus = logits;
    plus[i] += 1e-5;
    minus[i] -= 1e-5;
    const Loss<double> above(Reference{}, s, plus, targets, 0.5), below(Reference{}, s, minus, targets, 0.5);
    const double slope = (above.loss[i / 5] - below.loss[i / 5]) / 2e-5;
    CHECK(run.dlogits[i] == doctest::Approx(slope).epsilon(1e-6));
  }
}

TEST_CASE_TEMPLATE("softmax_cross_entropy: a NaN is not swallowed", Backend, Reference, Cpu) {
  const SoftmaxCrossEntropyShape s = {.rows = 1, .classes = 19, .targets_per_row = 1};
  const int32_t label = 0;
  const IntegerTargets<float> targets = {.index = &label, .class_weight = nullptr, .row_weight = nullptr};
  for (size_t place : {0, 5, 18}) {
    auto logits = random_values<float>(19, 1);
    logits[place] = std::nanf("");
    CHECK(std::isnan(Loss<float>(Backend{}, s, logits, targets, 1).loss[0]));
  }
}
