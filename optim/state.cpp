#include "optim/state.h"

#include <unordered_map>

#include "core/error.h"

namespace huegrad {

void load_state(const std::vector<NamedTensor>& state, const std::vector<NamedTensor>& saved) {
  std::unordered_map<std::string, Tensor> by_name;
  for (const NamedTensor& named : saved) by_name.emplace(named.name, named.tensor);
  // Everything is checked before anything is written.
  for (const NamedTensor& into : state) {
    const auto found = by_name.find(into.name);
    if (found == by_name.end()) throw Error(ErrorKind::input, "the state has no such tensor", into.name);
    const Tensor& from = found->second;
    if (from.shape() != into.tensor.shape() || from.dtype() != into.tensor.dtype())
      throw Error(ErrorKind::input,
                  fmt::format("the state holds {} {}, wanted is {} {}", to_string(from.dtype()),
                              to_string(from.shape()), to_string(into.tensor.dtype()),
                              to_string(into.tensor.shape())),
                  into.name);
  }
  for (const NamedTensor& into : state) into.tensor.copy_from(by_name.at(into.name));
}

}  // namespace huegrad
