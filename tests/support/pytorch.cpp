#include "tests/support/pytorch.h"

#include <doctest/doctest.h>

#include "core/autograd.h"
#include "core/files.h"
#include "tests/support/compare.h"

namespace huegrad::test {
namespace {

void check_case(const nlohmann::json& json, const PytorchFunction& function, DType dtype, double tolerance) {
  NamedTensors tensors;
  for (const auto& [name, tensor] : json["inputs"].items())
    tensors.set(name, pytorch_tensor(tensor, dtype).set_requires_grad());
  for (const auto& [name, tensor] : json["constants"].items())
    tensors.set(name, pytorch_tensor(tensor, dtype, {}, name == "index"));
  const auto check_equal = [&](const std::string& what, const Tensor& actual,
                               const nlohmann::json& expected) {
    CAPTURE(what);
    REQUIRE(actual.defined());
    CHECK(actual.shape() == expected["shape"].get<Shape>());
    CHECK(relative_error(actual.to(DType::float64).values<double>(),
                         expected["values"].get<std::vector<double>>()) <= tolerance);
  };
  const Tensor y = function(json["options"], tensors);
  check_equal("output", y, json["y"]);
  backward(y, pytorch_tensor(json["dy"], dtype));
  for (const auto& [name, gradient] : json["gradients"].items())
    check_equal("gradient of " + name, tensors[name].grad(), gradient);
  if (json.contains("state"))
    for (const auto& [name, state] : json["state"].items())
      check_equal(name + " afterwards", tensors[name], state);
}

}  // namespace

nlohmann::json pytorch_cases(const std::string& name) {
  return read_json(std::string(HUEGRAD_SOURCE_DIR) + "/tests/data/pytorch_" + name + ".json");
}

Tensor pytorch_tensor(const nlohmann::json& json, DType dtype, Device device, bool index) {
  const Tensor tensor =
      Tensor::from(json["values"].get<std::vector<double>>(), json["shape"].get<Shape>()).to(device);
  return tensor.to(index ? DType::int32 : dtype);
}

void check_against_pytorch(const std::string& name, const PytorchFunction& function) {
  const nlohmann::json cases = pytorch_cases(name);
  REQUIRE(!cases.empty());
  for (const nlohmann::json& json : cases) {
    CAPTURE(json["options"].dump());
    check_case(json, function, DType::float64, 1e-8);
    check_case(json, function, DType::float32, 5e-6);
  }
}

}  // namespace huegrad::test
