#include "kernels/sgd_step.h"

#include <doctest/doctest.h>

#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("sgd_step: the fast kernel equals the definition over several steps") {
  for (int64_t size : {1, 7, 16, 1000, 100003})
    for (double momentum : {0.0, 0.9})
      for (bool nesterov : {false, true}) {
        CAPTURE(size);
        CAPTURE(momentum);
        CAPTURE(nesterov);
        const SgdOptions options = {
            .learning_rate = 0.1, .momentum = momentum, .weight_decay = 0.01, .nesterov = nesterov};
        auto w = random_values<float>(size, 1), expected = w;
        std::vector<float> velocity(size), expected_velocity(size);
        for (uint64_t step = 0; step < 4; ++step) {
          const auto gradient = random_values<float>(size, 100 + step);
          float* v = momentum > 0 ? velocity.data() : nullptr;
          float* expected_v = momentum > 0 ? expected_velocity.data() : nullptr;
          sgd_step(Cpu{}, size, options, gradient.data(), v, w.data());
          sgd_step(Reference{}, size, options, gradient.data(), expected_v, expected.data());
        }
        CHECK(relative_error(w, expected) < 1e-6);
        CHECK(relative_error(velocity, expected_velocity) < 1e-6);
      }
}

TEST_CASE_TEMPLATE("sgd_step: two steps by hand", Backend, Reference, Cpu) {
  // PyTorch's convention: the learning rate multiplies the velocity, not the gradient that enters it.
  const std::vector<float> gradient = {1};
  std::vector<float> velocity = {0}, w = {0};
  const SgdOptions options = {.learning_rate = 0.5, .momentum = 0.5};
  sgd_step(Backend{}, 1, options, gradient.data(), velocity.data(), w.data());
  CHECK(w[0] == -0.5f);
  sgd_step(Backend{}, 1, options, gradient.data(), velocity.data(), w.data());
  CHECK(velocity[0] == 1.5f);
  CHECK(w[0] == -1.25f);

  velocity[0] = w[0] = 0;
  const SgdOptions nesterov = {.learning_rate = 0.5, .momentum = 0.5, .nesterov = true};
  sgd_step(Backend{}, 1, nesterov, gradient.data(), velocity.data(), w.data());
  CHECK(w[0] == -0.75f);
}
