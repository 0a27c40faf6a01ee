#include "kernels/annealed_mean.h"

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

static const Cases<Image> kGrids = images({{1, 56, 56, 313}});

static const bool kForward = everywhere("annealed_mean_forward", kGrids, [](auto on, const Image& s) {
  const auto logits = on.values(s.size(), -8, 8);
  const auto centers = on.floats(2 * s.channels, -100, 100), ab = on.floats(2 * s.rows());
  return Work{
      [=] {
        annealed_mean_forward(on.backend(), {s.rows(), s.channels}, logits.data(), centers.data(), ab.data());
      },
      {.bytes = bytes_of(logits) + bytes_of(centers, ab), .exponentials = double(s.size())}};
});

static const bool kBackward = everywhere("annealed_mean_backward", kGrids, [](auto on, const Image& s) {
  const auto logits = on.values(s.size(), -8, 8), dlogits = on.values(s.size());
  const auto centers = on.floats(2 * s.channels, -100, 100), ab = on.floats(2 * s.rows()),
             dab = on.floats(2 * s.rows());
  return Work{
      [=] {
        annealed_mean_backward(on.backend(), {s.rows(), s.channels}, logits.data(), centers.data(), ab.data(),
                               dab.data(), dlogits.data());
      },
      {.bytes = bytes_of(logits, dlogits) + bytes_of(centers, ab, dab), .exponentials = double(s.size())}};
});
