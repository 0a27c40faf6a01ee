#include "kernels/add.h"

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

static const Cases<Image> kImages = images({{1, 56, 56, 256}});

static const bool kAdd = everywhere("add", kImages, [](auto on, const Image& s) {
  const auto a = on.values(s.size()), b = on.values(s.size()), y = on.values(s.size());
  return Work{[=] { add(on.backend(), s.size(), a.data(), b.data(), y.data()); },
              {.bytes = bytes_of(a, b, y)}};
});

static const bool kScale = everywhere("scale", kImages, [](auto on, const Image& s) {
  const auto x = on.values(s.size()), y = on.values(s.size());
  return Work{[=] { scale(on.backend(), s.size(), 0.5, x.data(), y.data()); }, {.bytes = bytes_of(x, y)}};
});

static const bool kScaleBy = everywhere("scale_by", kImages, [](auto on, const Image& s) {
  const auto x = on.values(s.size());
  const auto factor = on.floats(1, -1, -1);  // keeps sizes as they are, and is not 1
  return Work{[=] { scale_by(on.backend(), s.size(), factor.data(), x.data()); }, {.bytes = bytes_of(x, x)}};
});

static const bool kBlend = in_float("blend", kImages, [](auto on, const Image& s) {
  const auto x = on.values(s.size()), y = on.values(s.size());
  return Work{[=] { blend(on.backend(), s.size(), 0.01, x.data(), y.data()); }, {.bytes = bytes_of(x, y, y)}};
});

static const bool kFill = everywhere("fill", kImages, [](auto on, const Image& s) {
  const auto y = on.values(s.size());
  return Work{[=] { fill(on.backend(), s.size(), 0.5, y.data()); }, {.bytes = bytes_of(y)}};
});

static const bool kFillFrom =
    everywhere("fill", variant("from_memory", kImages), [](auto on, const Image& s) {
      const auto y = on.values(s.size());
      const auto value = on.floats(1);
      return Work{[=] { fill(on.backend(), s.size(), value.data(), y.data()); }, {.bytes = bytes_of(y)}};
    });
