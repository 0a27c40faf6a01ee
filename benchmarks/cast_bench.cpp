#include "kernels/cast.h"

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

template <class T>
Array<T> array(bool counting, int64_t size, Device device) {
  if (counting) return {size, {}};
  return {size, Tensor::zeros({size}, dtype_of<T>, device)};
}

template <class Backend, class From, class To>
void add_cast(const Cases<Image>& cases) {
  const std::string name =
      std::string("cast<") + kBackendName<Backend> + "," + kTypeName<From> + "," + kTypeName<To> + ">";
  add_cases<Backend, float>(name, cases, [](const On<Backend>& on, const Image& s) {
    const auto x = array<From>(on.counting, s.size(), {on.kind()});
    const auto y = array<To>(on.counting, s.size(), {on.kind()});
    return Work{[=] { cast(on.backend(), s.size(), x.data(), y.data()); }, {.bytes = bytes_of(x, y)}};
  });
}

template <class Backend>
bool add_casts() {
  add_cast<Backend, float, bfloat16>(activations());
  add_cast<Backend, bfloat16, float>(activations());
  add_cast<Backend, uint8_t, float>(images({{1, 224, 224, 3}}));
  return true;
}

const bool kReference = add_casts<Reference>(), kCpu = add_casts<Cpu>(), kCuda = add_casts<Cuda>();

}  // namespace
