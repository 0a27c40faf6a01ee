#include "optim/optimizer.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <memory>

#include "core/autograd.h"
#include "core/error.h"
#include "optim/adam.h"
#include "optim/sgd.h"
#include "optim/state.h"
#include "tests/support/compare.h"
#include "tests/support/pytorch.h"

using namespace huegrad;
using namespace huegrad::test;
using Role = NamedTensor::Role;

namespace {

Tensor parameter(const std::vector<double>& values) {
  return Tensor::from(values, {int64_t(values.size())}).set_requires_grad();
}

// Gives w the gradient g.
void set_gradient(const Tensor& w, const Tensor& g) {
  w.zero_grad();
  backward(w, g);
}

void set_gradient(const Tensor& w, const std::vector<double>& g) {
  set_gradient(w, Tensor::from(g, w.shape()));
}

std::unique_ptr<Optimizer> make_optimizer(const std::string& name, const nlohmann::json& o,
                                          const std::vector<NamedTensor>& tensors) {
  if (name == "sgd")
    return std::make_unique<Sgd>(
        tensors,
        SgdOptions{.momentum = o["momentum"], .weight_decay = o["weight_decay"], .nesterov = o["nesterov"]});
  return std::make_unique<Adam>(tensors, AdamOptions{.beta1 = o["betas"][0],
                                                     .beta2 = o["betas"][1],
                                                     .epsilon = o["eps"],
                                                     .weight_decay = o["weight_decay"],
                                                     .decoupled_weight_decay = name == "adamw"});
}

}  // namespace

TEST_CASE("sgd: by hand, with momentum and decay") {
  const Tensor w = parameter({1});
  Sgd sgd({{"w", w, Role::weight}}, {.momentum = 0.5, .weight_decay = 0.1});
  set_gradient(w, {2});
  sgd.step(0.1);  // g = 2.1, v = 2.1
  CHECK(w.item() == doctest::Approx(0.79).epsilon(1e-12));
  sgd.step(0.1);  // g = 2.079, v = 3.129
  CHECK(w.item() == doctest::Approx(0.4771).epsilon(1e-12));
  CHECK(sgd.steps() == 2);
}

TEST_CASE("sgd: Nesterov looks one step ahead") {
  const Tensor w = parameter({1});
  Sgd sgd({{"w", w, Role::weight}}, {.momentum = 0.5, .nesterov = true});
  set_gradient(w, {2});
  sgd.step(0.1);  // v = 2, step along 2 + 0.5 * 2
  CHECK(w.item() == doctest::Approx(0.7).epsilon(1e-12));
}

TEST_CASE("adam: the first step has the length of the learning rate, whatever the gradient") {
  const Tensor w = parameter({1, 1, 1});
  Adam adam({{"w", w, Role::weight}}, {});
  set_gradient(w, {1e-3, -5, 1e6});
  adam.step(0.01);
  CHECK(relative_error(w.values<double>(), std::vector<double>{0.99, 1.01, 0.99}) < 1e-7);
}

TEST_CASE("weight decay pulls weights, not biases or norm parameters") {
  for (const bool decoupled : {false, true}) {
    const Tensor weight = parameter({1}), bias = parameter({1}), scale = parameter({1}),
                 shift = parameter({1});
    const std::vector<NamedTensor> tensors = {{"w", weight, Role::weight},
                                              {"b", bias, Role::bias},
                                              {"g", scale, Role::norm_scale},
                                              {"s", shift, Role::norm_shift}};
    Adam adam(tensors, {.weight_decay = 0.1, .decoupled_weight_decay = decoupled});
    for (const NamedTensor& named : tensors) set_gradient(named.tensor, {0});
    adam.step(0.01);
    CHECK(weight.item() < 1);
    if (decoupled) CHECK(weight.item() == doctest::Approx(0.999).epsilon(1e-12));
    for (const Tensor& other : {bias, scale, shift}) CHECK(other.item() == 1);
  }
}

TEST_CASE("optimizer: tensors without gradient and running statistics stay") {
  const Tensor with = parameter({1}), without = parameter({1}), running = Tensor::full({1}, 1);
  Sgd sgd({{"a", with, Role::weight}, {"b", without, Role::weight}, {"c", running, Role::running_mean}}, {});
  set_gradient(with, {1});
  sgd.step(0.5);
  CHECK(with.item() == 0.5);
  CHECK(without.item() == 1);
  CHECK(running.item() == 1);
  sgd.zero_gradients();
  CHECK(!with.grad().defined());
  CHECK_THROWS_AS(Sgd({{"c", running, Role::running_mean}}, {}), Error);
  CHECK_THROWS_AS(Sgd({{"a", with, Role::weight}}, {.nesterov = true}), Error);
  CHECK_THROWS_AS(Adam({{"a", with, Role::weight}}, {.beta1 = 1}), Error);
}

TEST_CASE("optimizer: PyTorch takes the same five steps") {
  for (const nlohmann::json& json : pytorch_cases("optimizers"))
    for (const DType dtype : {DType::float64, DType::float32}) {
      CAPTURE(json["optimizer"]);
      CAPTURE(json["options"].dump());
      const Tensor w = pytorch_tensor(json["w"], dtype).set_requires_grad();
      const auto optimizer = make_optimizer(json["optimizer"], json["options"], {{"w", w, Role::weight}});
      for (const nlohmann::json& step : json["steps"]) {
        set_gradient(w, pytorch_tensor(step["gradient"], dtype));
        optimizer->step(step["learning_rate"]);
        const auto expected = step["w"]["values"].get<std::vector<double>>();
        CHECK(relative_error(w.to(DType::float64).values<double>(), expected) <=
              (dtype == DType::float64 ? 1e-10 : 2e-6));
      }
    }
}

TEST_CASE("optimizer: a restored run continues bit for bit") {
  using Make = std::function<std::unique_ptr<Optimizer>(const std::vector<NamedTensor>&)>;
  const Make makers[] = {[](const auto& tensors) {
                           return std::make_unique<Adam>(
                               tensors, AdamOptions{.weight_decay = 1e-3, .decoupled_weight_decay = true});
                         },
                         [](const auto& tensors) {
                           return std::make_unique<Sgd>(tensors,
                                                        SgdOptions{.momentum = 0.9, .nesterov = true});
                         }};
  for (const Make& make : makers) {
    const auto fresh = [](int64_t size) {
      return Tensor::from(random_values<float>(size, 1), {size}).set_requires_grad();
    };
    const auto run = [](const Tensor& w, Optimizer& optimizer, int first, int last) {
      for (int step = first; step < last; ++step) {
        set_gradient(w, Tensor::from(random_values<float>(w.size(), uint64_t(100 + step)), w.shape()));
        optimizer.step(0.01);
      }
    };
    const Tensor straight = fresh(1001);
    const auto one = make({{"w", straight, Role::weight}});
    run(straight, *one, 0, 7);

    const Tensor first = fresh(1001);
    const auto before = make({{"w", first, Role::weight}});
    run(first, *before, 0, 3);
    const Tensor second = first.clone().set_requires_grad();
    const auto after = make({{"w", second, Role::weight}});
    load_state(after->state(), before->state());
    CHECK(after->steps() == 3);
    run(second, *after, 3, 7);
    CHECK(second.values<float>() == straight.values<float>());
  }
}

TEST_CASE("load_state: names what is missing or of another shape, and writes nothing then") {
  const Tensor a = Tensor::zeros({2}), b = Tensor::zeros({2});
  const std::vector<NamedTensor> state = {{"a", a, Role::weight}, {"b", b, Role::weight}};
  const Tensor ones = Tensor::full({2}, 1);
  CHECK_THROWS_WITH_AS(load_state(state, {{"a", ones, Role::weight}}), "the state has no such tensor (b)",
                       Error);
  CHECK_THROWS_WITH_AS(
      load_state(state, {{"a", ones, Role::weight}, {"b", Tensor::full({3}, 1), Role::weight}}),
      "the state holds float32 3, wanted is float32 2 (b)", Error);
  CHECK(a.values<float>() == std::vector<float>{0, 0});
  load_state(state, {{"b", ones, Role::weight}, {"a", ones, Role::weight}, {"c", ones, Role::weight}});
  CHECK(b.values<float>() == std::vector<float>{1, 1});
}
