// The steps of kernels/ladder: what each idea is worth.
#include "benchmarks/harness.h"
#include "kernels/ladder/matrix_product.h"

using namespace huegrad;
using namespace huegrad::bench;

static const bool kRegistered = [] {
  const Named<LinearShape> tiny = {"tiny", {20, 16, 24}}, square = {"square_4096", {4096, 4096, 4096}};
  for (const ladder::Step& step : ladder::kSteps)
    add_cases<Cuda, float>(
        std::string("ladder<Cuda,") + (step.rounds_to_tf32 ? "tf32," : "fp32,") + step.name + ">",
        cases_of<LinearShape>(tiny, {}, {square}), [step](const On<Cuda>& on, const LinearShape& s) {
          const auto x = on.values(s.rows * s.in_features), w = on.values(s.out_features * s.in_features),
                     y = on.values(s.rows * s.out_features);
          return Work{[=] { step.product(on.backend(), s, x.data(), w.data(), y.data()); },
                      {.bytes = bytes_of(x, w, y),
                       .flops = 2.0 * double(s.macs()),
                       .math = step.rounds_to_tf32 ? Math::tensor_float32 : Math::float32}};
        });
  return true;
}();
