// The colour classifier as a product of matrices, and large square products: what tensor cores reach at best.
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

const auto kRun = [](auto backend, Pass pass, const SizedLinear& s, const auto& a) {
  if (pass == Pass::forward) linear_forward(backend, s, a.x.data(), a.w.data(), a.bias.data(), a.y.data());
  if (pass == Pass::backward_data) linear_backward_data(backend, s, a.w.data(), a.y.data(), a.x.data());
  if (pass == Pass::backward_weight) linear_backward_weight(backend, s, a.x.data(), a.y.data(), a.dw.data());
};

SizedLinear bins(int64_t batch) { return {{batch * 56 * 56, 256, 313}}; }
SizedLinear square(int64_t n) { return {{n, n, n}}; }

const auto kCases = cases_of<SizedLinear>(
    {"tiny", {{24, 16, 20}}}, {{"bins", bins(1)}, {"square_1024", square(1024)}},
    {{"bins", bins(kCudaBatch)}, {"square_4096", square(4096)}, {"square_8192", square(8192)}});

const bool kRegistered = every_pass("linear", "cublas", kCases, kRun);

}  // namespace
