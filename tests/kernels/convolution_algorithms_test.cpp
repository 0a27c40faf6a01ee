// The algorithms that compute convolutions on the CPU, each on its own, and how far they round.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "kernels/conv2d.h"
#include "kernels/conv_transpose2d.h"
#include "tests/cases/conv2d.h"
#include "tests/support/chosen_convolution.h"
#include "tests/support/compare.h"
#include "tests/support/threads.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

// Root mean square error of the float kernels against double, relative to the root mean square of the values.
struct PassErrors {
  double forward, data, weight;
  double largest() const { return std::max({forward, data, weight}); }
};

double rms_error(const std::vector<float>& actual, const std::vector<double>& expected) {
  double error = 0, size = 0;
  for (size_t i = 0; i < actual.size(); ++i) {
    error += (actual[i] - expected[i]) * (actual[i] - expected[i]);
    size += expected[i] * expected[i];
  }
  return size > 0 ? std::sqrt(error / size) : std::sqrt(error);
}

template <class Shape, class Forward, class Data, class Weight>
PassErrors pass_errors(const Shape& s, const Forward& forward, const Data& data, const Weight& weight) {
  const auto x = random_values<float>(s.input_size(), 1, -1, 1),
             w = random_values<float>(s.weight_size(), 2, -1, 1);
  const auto dy = random_values<float>(s.output_size(), 3, -1, 1);
  const auto run = [&](auto backend, auto real) {
    using Real = decltype(real);
    const std::vector<Real> own_x(x.begin(), x.end()), own_w(w.begin(), w.end()),
        own_dy(dy.begin(), dy.end());
    std::vector<Real> y(dy.size()), dx(x.size()), dw(w.size());
    forward(backend, s, own_x.data(), own_w.data(), y.data());
    data(backend, s, own_w.data(), own_dy.data(), dx.data());
    weight(backend, s, own_x.data(), own_dy.data(), dw.data());
    return std::array{y, dx, dw};
  };
  const auto exact = run(Reference{}, double{});
  const auto fast = run(Cpu{}, float{});
  return {rms_error(fast[0], exact[0]), rms_error(fast[1], exact[1]), rms_error(fast[2], exact[2])};
}

PassErrors conv2d_errors(const Conv2dShape& s) {
  return pass_errors(
      s,
      [](auto backend, const auto& shape, auto* x, auto* w, auto* y) {
        conv2d_forward(backend, shape, x, w, {}, y);
      },
      [](auto backend, const auto& shape, auto* w, auto* dy, auto* dx) {
        conv2d_backward_data(backend, shape, w, dy, dx);
      },
      [](auto backend, const auto& shape, auto* x, auto* dy, auto* dw) {
        conv2d_backward_weight(backend, shape, x, dy, dw);
      });
}

PassErrors conv_transpose2d_errors(const ConvTranspose2dShape& s) {
  return pass_errors(
      s,
      [](auto backend, const auto& shape, auto* x, auto* w, auto* y) {
        conv_transpose2d_forward(backend, shape, x, w, {}, y);
      },
      [](auto backend, const auto& shape, auto* w, auto* dy, auto* dx) {
        conv_transpose2d_backward_data(backend, shape, w, dy, dx);
      },
      [](auto backend, const auto& shape, auto* x, auto* dy, auto* dw) {
        conv_transpose2d_backward_weight(backend, shape, x, dy, dw);
      });
}

}  // namespace

// benchmarks/NOTES.md quotes these bounds.
TEST_CASE("convolution algorithms: rounding errors against float64") {
  const Conv2dShape s{1, 14, 14, 256, 64, 3, 3, 1, 1, 1};
  const ConvTranspose2dShape transposed{1, 12, 12, 256, 64, 4, 4, 2, 1, 1};
  struct Case {
    CpuConvolution choice;
    CpuProducts products;
    const char *name, *on;
    double bound;
  };
  for (const auto& [choice, products, name, on, bound] :
       {Case{CpuConvolution::direct, CpuProducts::vectors, "product", "vectors", 2e-6},
        Case{CpuConvolution::direct, CpuProducts::tiles, "product", "tiles", 2e-6},
        Case{CpuConvolution::winograd, CpuProducts::vectors, "winograd", "vectors", 5e-6},
        Case{CpuConvolution::winograd, CpuProducts::tiles, "winograd", "tiles", 5e-6}}) {
    const ChosenConvolution use(choice);
    const ChosenProducts use_products(products);
    CHECK(conv2d_algorithm(Cpu{}, s) == std::string(name));
    for (const PassErrors& errors : {conv2d_errors(s), conv_transpose2d_errors(transposed)}) {
      MESSAGE(std::string(name), " on ", std::string(on), ": forward ", errors.forward, ", data ",
              errors.data, ", weight ", errors.weight);
      CHECK(errors.largest() < bound);
    }
  }
}

TEST_CASE("convolution algorithms: products on tiles for every shape, though they would not pay") {
  const ChosenProducts use(CpuProducts::tiles);
  for (const Conv2dShape& s : kConv2dCases)
    if (s.macs() < 1 << 24) CHECK(conv2d_errors(s).largest() < 1e-5);
  for (const ConvTranspose2dShape& s : kConvTranspose2dCases)
    if (s.macs() < 1 << 24) CHECK(conv_transpose2d_errors(s).largest() < 1e-5);
}

TEST_CASE("convolution algorithms: more tiles than Winograd's algorithm takes at a time") {
  for (const Conv2dShape& s :
       {Conv2dShape{5, 250, 252, 16, 16, 3, 3, 1, 1, 1}, Conv2dShape{5, 253, 250, 16, 16, 3, 3, 1, 1, 1},
        Conv2dShape{3, 61, 50, 24, 40, 3, 3, 1, 1, 1}}) {
    CHECK(conv2d_algorithm(Cpu{}, s) == std::string("winograd"));
    CHECK(conv2d_errors(s).largest() < 1e-5);
  }
}

// Tiles of an image end up in other blocks when it is one of a batch, and in those of other threads.
TEST_CASE(
    "convolution algorithms: a batch is its images to the last bit, however its tiles are cut into blocks") {
  const auto forward = [](const Conv2dShape& s, const float* x, const float* w) {
    auto y = poisoned<float>(s.output_size());
    conv2d_forward(Cpu{}, s, x, w, {}, y.data());
    return y;
  };
  for (Conv2dShape s :
       {Conv2dShape{4, 61, 50, 24, 40, 3, 3, 1, 1, 1}, Conv2dShape{4, 66, 66, 272, 272, 3, 3, 1, 1, 1}}) {
    CHECK(conv2d_algorithm(Cpu{}, s) == std::string("winograd"));
    const auto x = random_values<float>(s.input_size(), 1, -1, 1),
               w = random_values<float>(s.weight_size(), 2, -1, 1);
    const int64_t images = s.batch;
    s.batch = 1;
    std::vector<float> one_by_one;
    for (int64_t i = 0; i < images; ++i) {
      const std::vector<float> y = forward(s, x.data() + i * s.input_size(), w.data());
      one_by_one.insert(one_by_one.end(), y.begin(), y.end());
    }
    s.batch = images;
    for (const int threads : {1, 2, 3, 40}) {
      const Threads use(threads);
      CAPTURE(threads);
      CHECK(forward(s, x.data(), w.data()) == one_by_one);
    }
  }
}

TEST_CASE(
    "convolution algorithms: images that end in every part of Winograd's tiles, also interleaved ones") {
  const ChosenConvolution use(CpuConvolution::winograd);
  for (const int64_t dilation : {1, 2, 3})
    for (int64_t height = 1; height <= 9; ++height)
      for (int64_t width = 1; width <= 9; ++width) {
        CAPTURE(dilation);
        CAPTURE(height);
        CAPTURE(width);
        CHECK(conv2d_errors({2, height, width, 16, 18, 3, 3, 1, dilation, dilation}).largest() < 1e-5);
      }
}

TEST_CASE("convolution algorithms: images that are written around the caches") {
  struct Case {
    Conv2dShape shape;
    const char* name;
  };
  for (const auto& [s, name] : {Case{{2, 520, 514, 1, 16, 3, 3, 1, 1, 1}, "narrow"},
                                Case{{2, 520, 514, 3, 16, 3, 3, 1, 1, 1}, "product"},
                                Case{{2, 520, 514, 16, 1, 3, 3, 2, 1, 1}, "product"}}) {
    CHECK(conv2d_algorithm(Cpu{}, s) == std::string(name));
    CHECK(conv2d_errors(s).largest() < 1e-5);
  }
}

TEST_CASE("convolution algorithms: Winograd's for every shape that it applies to, though it would not pay") {
  const ChosenConvolution use(CpuConvolution::winograd);
  int applied = 0;
  for (const Conv2dShape& s : kConv2dCases) {
    if (conv2d_algorithm(Cpu{}, s) != std::string("winograd")) continue;
    ++applied;
    const PassErrors errors = conv2d_errors(s);
    CHECK(errors.largest() < 1e-5);
  }
  CHECK(applied >= 8);
  for (const ConvTranspose2dShape& s : kConvTranspose2dCases)
    CHECK(conv_transpose2d_errors(s).largest() < 1e-5);
}
