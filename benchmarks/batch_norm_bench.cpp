// Batch norm of the first block, of the third and of the trunk.
#include "kernels/batch_norm.h"

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

static const Cases<Image> kImages = images({{1, 112, 112, 64}, {1, 28, 28, 256}, {1, 28, 28, 512}});

static const bool kStatistics = everywhere("batch_norm_statistics", kImages, [](auto on, const Image& s) {
  const auto x = on.values(s.size());
  const auto mean = on.floats(s.channels), variance = on.floats(s.channels);
  return Work{
      [=] {
        batch_norm_statistics(on.backend(), {s.rows(), s.channels}, x.data(), mean.data(), variance.data());
      },
      {.bytes = bytes_of(x) + bytes_of(mean, variance)}};
});

static const bool kForward = everywhere("batch_norm_forward", kImages, [](auto on, const Image& s) {
  const auto x = on.values(s.size()), y = on.values(s.size());
  const auto mean = on.floats(s.channels), variance = on.floats(s.channels, 1, 2);
  const auto gamma = on.floats(s.channels), beta = on.floats(s.channels);
  return Work{[=] {
                batch_norm_forward(on.backend(), {s.rows(), s.channels}, x.data(), mean.data(),
                                   variance.data(), gamma.data(), beta.data(), y.data());
              },
              {.bytes = bytes_of(x, y) + bytes_of(mean, variance, gamma, beta)}};
});

// Sums over all rows come before the first gradient: x and dy are read twice.
static const bool kBackward = everywhere("batch_norm_backward", kImages, [](auto on, const Image& s) {
  const auto x = on.values(s.size()), dy = on.values(s.size()), dx = on.values(s.size());
  const auto mean = on.floats(s.channels), variance = on.floats(s.channels, 1, 2);
  const auto gamma = on.floats(s.channels), dgamma = on.floats(s.channels), dbeta = on.floats(s.channels);
  return Work{[=] {
                batch_norm_backward(on.backend(), {s.rows(), s.channels}, true, x.data(), mean.data(),
                                    variance.data(), gamma.data(), dy.data(), dx.data(), dgamma.data(),
                                    dbeta.data());
              },
              {.bytes = bytes_of(x, dy, x, dy, dx) + bytes_of(mean, variance, gamma, dgamma, dbeta)}};
});
