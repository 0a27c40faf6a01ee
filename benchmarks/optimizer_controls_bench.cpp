// What a step of training does beside the optimizer's own kernel; on the CPU these are other ops.
#include "kernels/optimizer_controls.h"

#include "benchmarks/parameters.h"

using namespace huegrad;
using namespace huegrad::bench;

template <class Make>
static bool on_cuda(const std::string& op, const Make& make) {
  add_op<Cuda, float>(op, parameters(), make);
  return true;
}

static const bool kSet = on_cuda("set_controls", [](auto on, const ParameterSizes&) {
  const auto controls = controls_on(on);
  return Work{[=] { set_controls(on.backend(), {}, pointer_to(controls)); }, {.bytes = bytes_of(controls)}};
});

static const bool kClip = on_cuda("clip_factor", [](auto on, const ParameterSizes& sizes) {
  const auto gradients = like_parameters(on, sizes, -0.1, 0.1);
  const auto controls = controls_on(on);
  return Work{[=] {
                std::vector<GradientArray> list;
                for (const Array<float>& gradient : gradients)
                  list.push_back({gradient.size, gradient.data()});
                clip_factor(on.backend(), list, 1, pointer_to(controls));
              },
              {.bytes = bytes_of(sizes)}};
});

// Reads x and shadow, writes shadow.
static const bool kAverage = on_cuda("average", [](auto on, const ParameterSizes& sizes) {
  const auto x = like_parameters(on, sizes, -1, 1), shadow = like_parameters(on, sizes, -1, 1);
  const auto controls = controls_on(on);
  return Work{[=] {
                std::vector<AveragePair> list;
                for (size_t i = 0; i < sizes.size(); ++i)
                  list.push_back({sizes[i], x[i].data(), shadow[i].data()});
                average(on.backend(), list, pointer_to(controls));
              },
              {.bytes = 3 * bytes_of(sizes)}};
});
