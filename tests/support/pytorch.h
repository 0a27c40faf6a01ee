// What PyTorch computed for small cases: tests/data/pytorch_*.json, written by
// tests/oracle/make_pytorch_fixtures.py.
#pragma once
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "core/tensor.h"

namespace huegrad::test {

// The list of cases in tests/data/pytorch_NAME.json.
nlohmann::json pytorch_cases(const std::string& name);

// {"shape": [...], "values": [...]}; `index` makes it int32.
Tensor pytorch_tensor(const nlohmann::json& json, DType dtype, Device device = {}, bool index = false);

// The tensors of one case by name; an absent one is undefined.
class NamedTensors {
 public:
  void set(const std::string& name, const Tensor& tensor) { tensors_[name] = tensor; }
  Tensor operator[](const std::string& name) const {
    const auto found = tensors_.find(name);
    return found == tensors_.end() ? Tensor() : found->second;
  }

 private:
  std::map<std::string, Tensor> tensors_;
};

// Checks output, gradients and changed state of every case of an op: in float64 by the definition, to the
// nine digits of the file, and in float32 on the CPU.
using PytorchFunction = std::function<Tensor(const nlohmann::json& options, const NamedTensors& tensors)>;
void check_against_pytorch(const std::string& name, const PytorchFunction& function);

}  // namespace huegrad::test
