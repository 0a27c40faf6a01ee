// Every differentiable function against central differences, and on the CPU against the float64 definition.
#include <doctest/doctest.h>

#include <set>

#include "core/autograd.h"
#include "core/error.h"
#include "layers/gradient_cases.h"
#include "layers/relu.h"

using namespace huegrad;

TEST_CASE("gradients: float64 backward agrees with central differences") {
  for (const GradientCase& gradient_case : gradient_cases()) {
    const GradientReport report = check_gradient(gradient_case);
    CAPTURE(gradient_case.layer);
    CAPTURE(gradient_case.name);
    CAPTURE(report.where);
    CHECK(report.error <= kGradientTolerance);
    CHECK(report.checked > 0);
    CHECK(report.excluded <= report.checked / 10);
    if (!gradient_case.kinks) CHECK(report.excluded == 0);
  }
}

TEST_CASE("gradients: float32 values and gradients agree with the float64 definition") {
  for (const Device device : {Device{DeviceKind::cpu}, Device{DeviceKind::reference}})
    for (const GradientCase& gradient_case : gradient_cases()) {
      const GradientReport report = check_device(gradient_case, device);
      CAPTURE(to_string(device));
      CAPTURE(gradient_case.layer);
      CAPTURE(gradient_case.name);
      CAPTURE(report.where);
      CHECK(report.error <= kDeviceTolerance);
    }
}

TEST_CASE("gradients: names are unique, so that one case can be asked for") {
  std::set<std::string> names;
  for (const GradientCase& gradient_case : gradient_cases())
    CHECK(names.insert(gradient_case.layer + "/" + gradient_case.name).second);
}

TEST_CASE("gradients: the checker finds a wrong gradient and says where") {
  const auto square_wrong_at = [](int64_t wrong) {
    return [wrong](const std::vector<Tensor>& inputs, const std::vector<Tensor>&) {
      const Tensor x = inputs[0], y = x.empty_like();
      for (int64_t i = 0; i < x.size(); ++i) y.data<double>()[i] = x.data<double>()[i] * x.data<double>()[i];
      return record("square", y, {x}, [x, wrong](const Tensor& dy, Gradients& gradients) {
        for (int64_t i = 0; i < x.size(); ++i) dy.data<double>()[i] *= 2 * x.data<double>()[i];
        if (wrong >= 0) dy.data<double>()[wrong] *= 1.00001;
        gradients.add(0, dy);
      });
    };
  };
  const Tensor x = Tensor::from(std::vector<double>{1, -2, 3, 0.5}, {4});
  CHECK(check_gradient({"square", "right", {x}, {}, square_wrong_at(-1)}).error < 1e-10);
  const GradientReport report = check_gradient({"square", "wrong", {x}, {}, square_wrong_at(2)});
  CHECK(report.error == doctest::Approx(1e-5).epsilon(0.01));
  CHECK(report.where.find("input 0, element 2 of 4: backward ") == 0);
}

TEST_CASE("gradients: elements at a kink are excluded, others are not") {
  const auto function = [](const std::vector<Tensor>& x, const std::vector<Tensor>&) { return relu(x[0]); };
  const Tensor x = Tensor::from(std::vector<double>{1, 1e-4, -1, -1.5e-3, 0.1}, {5});
  const GradientReport report = check_gradient({"relu", "at zero", {x}, {}, function, true});
  CHECK(report.excluded == 2);
  CHECK(report.checked == 3);
  CHECK(report.error < 1e-9);
}

TEST_CASE("gradients: an input that is not reached is an error") {
  const auto function = [](const std::vector<Tensor>& x, const std::vector<Tensor>&) { return relu(x[0]); };
  const Tensor x = Tensor::zeros({2}, DType::float64);
  CHECK_THROWS_AS(check_gradient({"relu", "two inputs", {x, x}, {}, function}), Error);
}
