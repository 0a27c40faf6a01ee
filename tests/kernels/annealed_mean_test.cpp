#include "kernels/annealed_mean.h"

#include <doctest/doctest.h>

#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("annealed_mean: the fast kernel equals the definition") {
  for (int64_t bins : {1, 2, 9, 64, 313})
    for (double temperature : {1.0, 0.38, 0.05}) {
      CAPTURE(bins);
      CAPTURE(temperature);
      const AnnealedMeanShape s = {.rows = 203, .bins = bins, .temperature = temperature};
      const auto logits = random_values<float>(s.rows * bins, 1, -8, 8);
      const auto centers = random_values<float>(2 * bins, 2, -110, 110),
                 dab = random_values<float>(2 * s.rows, 3);
      auto ab = poisoned<float>(2 * s.rows), expected = ab;
      annealed_mean_forward(Cpu{}, s, logits.data(), centers.data(), ab.data());
      annealed_mean_forward(Reference{}, s, logits.data(), centers.data(), expected.data());
      CHECK(relative_error(ab, expected) < 2e-6);

      auto dlogits = poisoned<float>(s.rows * bins), expected_dlogits = dlogits;
      annealed_mean_backward(Cpu{}, s, logits.data(), centers.data(), expected.data(), dab.data(),
                             dlogits.data());
      annealed_mean_backward(Reference{}, s, logits.data(), centers.data(), expected.data(), dab.data(),
                             expected_dlogits.data());
      CHECK(relative_error(dlogits, expected_dlogits) < 1e-5);
    }
}

TEST_CASE_TEMPLATE("annealed_mean: equal logits give the mean, one huge logit gives its centre", Backend,
                   Reference, Cpu) {
  const AnnealedMeanShape s = {.rows = 2, .bins = 2};
  const std::vector<float> logits = {5, 5, 1e30f, -1e30f}, centers = {10, 20, 30, 60};
  auto ab = poisoned<float>(4);
  annealed_mean_forward(Backend{}, s, logits.data(), centers.data(), ab.data());
  CHECK(relative_error(ab, std::vector<float>{20, 40, 10, 20}) < 1e-6);
}

TEST_CASE("annealed_mean: the gradient equals central differences") {
  const AnnealedMeanShape s = {.rows = 1, .bins = 6};
  auto logits = random_values<double>(6, 1, -2, 2);
  const auto centers = random_values<double>(12, 2, -10, 10), dab = random_values<double>(2, 3);
  std::vector<double> ab(2), dlogits(6);
  annealed_mean_forward(Reference{}, s, logits.data(), centers.data(), ab.data());
  annealed_mean_backward(Reference{}, s, logits.data(), centers.data(), ab.data(), dab.data(),
                         dlogits.data());
  for (int64_t q = 0; q < 6; ++q) {
    const auto objective = [&](double step) {
      auto moved = logits;
      moved[q] += step;
      annealed_mean_forward(Reference{}, s, moved.data(), centers.data(), ab.data());
      return ab[0] * dab[0] + ab[1] * dab[1];
    };
    CHECK(dlogits[q] == doctest::Approx((objective(1e-5) - objective(-1e-5)) / 2e-5).epsilon(1e-6));
  }
}
