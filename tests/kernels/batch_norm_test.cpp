#include "kernels/batch_norm.h"

#include <doctest/doctest.h>

#include <cmath>

#include "kernels/parallel.h"
#include "tests/cases/batch_norm.h"
#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

// Everything batch_norm computes on one input; affine: with gamma and beta.
template <class Real>
struct BatchNormRun {
  std::vector<Real> mean, variance, y, dx, dgamma, dbeta;

  template <class Backend>
  BatchNormRun(Backend backend, const BatchNormShape& s, bool affine, bool through_statistics,
               double offset = 0) {
    const int64_t size = s.rows * s.channels;
    const auto x = random_values<Real>(size, 1, offset - 1, offset + 1), dy = random_values<Real>(size, 2);
    const auto gamma = random_values<Real>(s.channels, 3), beta = random_values<Real>(s.channels, 4);
    const Real *scale = affine ? gamma.data() : nullptr, *shift = affine ? beta.data() : nullptr;
    mean = variance = dgamma = dbeta = poisoned<Real>(s.channels);
    y = dx = poisoned<Real>(size);
    batch_norm_statistics(backend, s, x.data(), mean.data(), variance.data());
    batch_norm_forward(backend, s, x.data(), mean.data(), variance.data(), scale, shift, y.data());
    batch_norm_backward(backend, s, through_statistics, x.data(), mean.data(), variance.data(), scale,
                        dy.data(), dx.data(), dgamma.data(), dbeta.data());
  }
};

}  // namespace

TEST_CASE("batch_norm: the fast kernel equals the definition") {
  for (const BatchNormShape& s : batch_norm_cases())
    for (bool affine : {false, true})
      for (bool through_statistics : {false, true}) {
        CAPTURE(s.rows);
        CAPTURE(s.channels);
        CAPTURE(through_statistics);
        const BatchNormRun<float> fast(Cpu{}, s, affine, through_statistics);
        const BatchNormRun<float> expected(Reference{}, s, affine, through_statistics);
        CHECK(relative_error(fast.mean, expected.mean) < 1e-6);
        CHECK(relative_error(fast.variance, expected.variance) < 1e-6);
        CHECK(relative_error(fast.y, expected.y) < 2e-5);
        CHECK(relative_error(fast.dx, expected.dx) < 2e-5);
        CHECK(relative_error(fast.dgamma, expected.dgamma) < 2e-5);
        CHECK(relative_error(fast.dbeta, expected.dbeta) < 1e-6);
      }
}

TEST_CASE("batch_norm: a large mean does not ruin the variance") {
  const BatchNormShape s = {.rows = 3001, .channels = 19};
  const BatchNormRun<float> fast(Cpu{}, s, true, true, 4096);
  const BatchNormRun<double> expected(Reference{}, s, true, true, 4096);
  for (int64_t c = 0; c < s.channels; ++c)
    CHECK(fast.variance[c] == doctest::Approx(expected.variance[c]).epsilon(2e-3));  // x itself is rounded
  const BatchNormRun<float> same_input(Reference{}, s, true, true, 4096);
  CHECK(relative_error(fast.variance, same_input.variance) < 1e-6);
}

TEST_CASE("batch_norm: normalised values have mean 0 and variance 1") {
  const BatchNormShape s = {.rows = 1000, .channels = 5, .epsilon = 0};
  const BatchNormRun<float> run(Cpu{}, s, false, true, 3);
  std::vector<float> mean(5), variance(5);
  batch_norm_statistics(Reference{}, s, run.y.data(), mean.data(), variance.data());
  CHECK(relative_error(mean, std::vector<float>(5, 0.0f)) < 1e-6);
  CHECK(relative_error(variance, std::vector<float>(5, 1.0f)) < 1e-6);
}

TEST_CASE("batch_norm: the gradient equals central differences, through the statistics and without") {
  const BatchNormShape s = {.rows = 6, .channels = 2};
  const int64_t size = s.rows * s.channels;
  const auto gamma = random_values<double>(2, 3), beta = random_values<double>(2, 4);
  const auto dy = random_values<double>(size, 2);
  for (bool through_statistics : {false, true}) {
    auto x = random_values<double>(size, 1);
    std::vector<double> mean(2), variance(2), y(size), dx(size), unused(2);
    batch_norm_statistics(Reference{}, s, x.data(), mean.data(), variance.data());
    batch_norm_backward(Reference{}, s, through_statistics, x.data(), mean.data(), variance.data(),
                        gamma.data(), dy.data(), dx.data(), unused.data(), unused.data());
    const auto objective = [&](int64_t i, double step) {
      auto moved = x;
      moved[i] += step;
      auto m = mean, v = variance;
      if (through_statistics) batch_norm_statistics(Reference{}, s, moved.data(), m.data(), v.data());
      batch_norm_forward(Reference{}, s, moved.data(), m.data(), v.data(), gamma.data(), beta.data(),
                         y.data());
      double total = 0;
      for (int64_t j = 0; j < size; ++j) total += y[j] * dy[j];
      return total;
    };
    for (int64_t i = 0; i < size; ++i)
      CHECK(dx[i] == doctest::Approx((objective(i, 1e-5) - objective(i, -1e-5)) / 2e-5).epsilon(1e-6));
  }
}

TEST_CASE("batch_norm: statistics do not depend on the number of threads") {
  const BatchNormShape s = {.rows = 9001, .channels = 33};
  const int threads = thread_count();
  set_thread_count(1);
  const BatchNormRun<float> one(Cpu{}, s, true, true);
  set_thread_count(3);
  const BatchNormRun<float> three(Cpu{}, s, true, true);
  set_thread_count(threads);
  CHECK(one.mean == three.mean);
  CHECK(one.variance == three.variance);
  CHECK(one.dx == three.dx);
  CHECK(one.dgamma == three.dgamma);
}

TEST_CASE("batch_norm: absent outputs are not touched") {
  const BatchNormShape s = {.rows = 4, .channels = 3};
  const auto x = random_values<float>(12, 1), dy = random_values<float>(12, 2);
  const std::vector<float> mean(3, 0.0f), variance(3, 1.0f);
  auto dx = poisoned<float>(12), expected = poisoned<float>(12);
  batch_norm_backward(Cpu{}, s, false, x.data(), mean.data(), variance.data(), nullptr, dy.data(), dx.data(),
                      nullptr, nullptr);
  batch_norm_backward<float>(Reference{}, s, false, x.data(), mean.data(), variance.data(), nullptr,
                             dy.data(), expected.data(), nullptr, nullptr);
  CHECK(relative_error(dx, expected) < 1e-6);
}
