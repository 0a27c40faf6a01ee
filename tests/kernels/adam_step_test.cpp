#include "kernels/adam_step.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

template <class Real>
struct AdamRun {
  std::vector<Real> m, v, w;

  template <class Backend>
  AdamRun(Backend backend, int64_t size, const AdamOptions& options, int steps)
      : m(size, 0), v(size, 0), w(random_values<Real>(size, 1)) {
    for (int step = 1; step <= steps; ++step) {
      const auto gradient = random_values<Real>(size, 100 + uint64_t(step));
      adam_step(backend, size, options, step, gradient.data(), m.data(), v.data(), w.data());
    }
  }
};

}  // namespace

TEST_CASE("adam_step: the fast kernel equals the definition over several steps") {
  for (int64_t size : {1, 7, 16, 1000, 100003})
    for (bool decoupled : {false, true}) {
      CAPTURE(size);
      CAPTURE(decoupled);
      const AdamOptions options = {
          .learning_rate = 0.01, .weight_decay = 0.1, .decoupled_weight_decay = decoupled};
      const AdamRun<float> fast(Cpu{}, size, options, 5), expected(Reference{}, size, options, 5);
      CHECK(relative_error(fast.m, expected.m) < 1e-6);
      CHECK(relative_error(fast.v, expected.v) < 1e-6);
      CHECK(relative_error(fast.w, expected.w) < 2e-6);
    }
}

TEST_CASE_TEMPLATE("adam_step: the first step has the length of the learning rate", Backend, Reference, Cpu) {
  // m / sqrt(v) is the sign of the gradient once the bias of both is removed.
  const std::vector<float> gradient = {5, -0.01f, 1e-4f};
  std::vector<float> m(3), v(3), w(3);
  adam_step(Backend{}, 3, {.learning_rate = 0.5}, 1, gradient.data(), m.data(), v.data(), w.data());
  CHECK(relative_error(w, std::vector<float>{-0.5f, 0.5f, -0.5f}) < 1e-4);
}

TEST_CASE_TEMPLATE("adam_step: decay acts through the gradient (Adam) or on the weight (AdamW)", Backend,
                   Reference, Cpu) {
  const std::vector<float> gradient = {0};
  std::vector<float> m(1), v(1), w = {2};
  const AdamOptions adamw = {.learning_rate = 0.1, .weight_decay = 0.5, .decoupled_weight_decay = true};
  adam_step(Backend{}, 1, adamw, 1, gradient.data(), m.data(), v.data(), w.data());
  CHECK(w[0] == doctest::Approx(2 - 0.1 * 0.5 * 2));

  AdamOptions adam = adamw;
  adam.decoupled_weight_decay = false;
  m[0] = v[0] = 0;
  w[0] = 2;
  adam_step(Backend{}, 1, adam, 1, gradient.data(), m.data(), v.data(), w.data());
  CHECK(w[0] == doctest::Approx(2 - 0.1));
}
