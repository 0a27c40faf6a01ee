#include "kernels/adam_step.h"

#include "benchmarks/parameters.h"

using namespace huegrad;
using namespace huegrad::bench;

static const AdamOptions kOptions = {.weight_decay = 1e-3, .decoupled_weight_decay = true};

// Reads gradient, m, v, w; writes m, v, w. On CUDA also reads and writes the moving average.
static const bool kAdam = in_float("adam_step", parameters(), [](auto on, const ParameterSizes& sizes) {
  const auto gradient = like_parameters(on, sizes, -0.1, 0.1), m = like_parameters(on, sizes, 0, 0),
             v = like_parameters(on, sizes, 0, 0), w = like_parameters(on, sizes, -1, 1),
             average = like_parameters(on, on.is_cuda ? sizes : ParameterSizes(), -1, 1);
  const auto controls = controls_on(on);
  return Work{[=] {
                if constexpr (on.is_cuda) {
                  std::vector<AdamTensor> list;
                  for (size_t i = 0; i < sizes.size(); ++i)
                    list.push_back({sizes[i], gradient[i].data(), m[i].data(), v[i].data(), w[i].data(),
                                    float(kOptions.weight_decay), average[i].data()});
                  adam_step(on.backend(), list, kOptions, pointer_to(controls));
                } else {
                  for (size_t i = 0; i < sizes.size(); ++i)
                    adam_step(on.backend(), sizes[i], kOptions, 1, gradient[i].data(), m[i].data(),
                              v[i].data(), w[i].data());
                }
              },
              {.bytes = (on.is_cuda ? 9 : 7) * bytes_of(sizes)}};
});
