#include "kernels/sgd_step.h"

#include "benchmarks/parameters.h"

using namespace huegrad;
using namespace huegrad::bench;

static const SgdOptions kOptions = {.momentum = 0.9, .weight_decay = 1e-3};

// Reads gradient, velocity, w; writes velocity, w. On CUDA also reads and writes the moving average.
static const bool kSgd = in_float("sgd_step", parameters(), [](auto on, const ParameterSizes& sizes) {
  const auto gradient = like_parameters(on, sizes, -0.1, 0.1), velocity = like_parameters(on, sizes, 0, 0),
             w = like_parameters(on, sizes, -1, 1),
             average = like_parameters(on, on.is_cuda ? sizes : ParameterSizes(), -1, 1);
  const auto controls = controls_on(on);
  return Work{[=] {
                if constexpr (on.is_cuda) {
                  std::vector<SgdTensor> list;
                  for (size_t i = 0; i < sizes.size(); ++i)
                    list.push_back({sizes[i], gradient[i].data(), velocity[i].data(), w[i].data(),
                                    float(kOptions.weight_decay), average[i].data()});
                  sgd_step(on.backend(), list, kOptions, pointer_to(controls));
                } else {
                  for (size_t i = 0; i < sizes.size(); ++i)
                    sgd_step(on.backend(), sizes[i], kOptions, gradient[i].data(), velocity[i].data(),
                             w[i].data());
                }
              },
              {.bytes = (on.is_cuda ? 7 : 5) * bytes_of(sizes)}};
});
