// The colour classifier's product of 256 features with 313 bins, and a small one.
#include "kernels/linear.h"

#include "benchmarks/passes.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

struct SizedLinear : LinearShape {
  int64_t input_size() const { return rows * in_features; }
  int64_t weight_size() const { return out_features * in_features; }
  int64_t output_size() const { return rows * out_features; }
};

template <class Backend>
void run(Pass pass, const SizedLinear& s, float* x, float* w, float* y) {
  const float* no_bias = nullptr;
  if (pass == Pass::forward) linear_forward(Backend{}, s, x, w, no_bias, y);
  if (pass == Pass::backward_data) linear_backward_data(Backend{}, s, w, y, x);
  if (pass == Pass::backward_weight) linear_backward_weight(Backend{}, s, x, y, w);
}

// rows, in_features, out_features
const std::vector<Named<SizedLinear>> kShapes = {{"bins", {{56 * 56, 256, 313}}}, {"small", {{128, 64, 64}}}};

const bool kRegistered = [] {
  register_passes("linear<Reference>", std::vector<Named<SizedLinear>>{kShapes.back()}, run<Reference>);
  register_passes("linear<Cpu>", kShapes, run<Cpu>);
  return true;
}();

}  // namespace
