#include "kernels/prepared_convolution.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/cases/conv2d.h"
#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

constexpr double kTolerance = 1e-5;

std::vector<double> exact(const std::vector<float>& values) { return {values.begin(), values.end()}; }

// Prepared, lean or not, and run against define(shape, x, w, epilogue, y), for the
// shape that the weights were prepared with and for a larger batch of them.
template <class Shape, class Define>
void check_prepared(Shape shape, const Define& define, bool lean) {
  const auto w = random_values<float>(shape.weight_size(), 2),
             bias = random_values<float>(shape.out_channels, 4);
  const PreparedConvolution prepared(shape, w.data(), lean);
  CHECK(prepared.bytes() >= 3 * shape.weight_size());  // digits; floats take four bytes
  for (int64_t batch : {shape.batch, shape.batch + 2}) {
    shape.batch = batch;
    const auto x = random_values<float>(shape.input_size(), 1);
    auto expected = poisoned<double>(shape.output_size());
    define(shape, exact(x), exact(w), exact(bias), expected.data());
    auto y = poisoned<float>(shape.output_size());
    prepared.forward(shape, x.data(), {.bias = bias.data(), .relu = true}, y.data());
    CHECK(relative_error(y, expected) < kTolerance);
  }
}

}  // namespace

TEST_CASE("prepared convolution: every shape equals the definition") {
  const auto define = [](const Conv2dShape& shape, const auto& x, const auto& w, const auto& bias,
                         double* y) {
    conv2d_forward(Reference{}, shape, x.data(), w.data(), {.bias = bias.data(), .relu = true}, y);
  };
  for (const Conv2dShape& s : kConv2dCases)
    for (bool lean : {false, true}) check_prepared(s, define, lean);
}

TEST_CASE("prepared convolution: transposed, every shape equals the definition") {
  const auto define = [](const ConvTranspose2dShape& shape, const auto& x, const auto& w, const auto& bias,
                         double* y) {
    conv_transpose2d_forward(Reference{}, shape, x.data(), w.data(), {.bias = bias.data(), .relu = true}, y);
  };
  for (const ConvTranspose2dShape& s : kConvTranspose2dCases)
    for (bool lean : {false, true}) check_prepared(s, define, lean);
}

TEST_CASE("prepared convolution: says which algorithm it is for") {
  const std::vector<float> w(9 * 16 * 16);
  CHECK(PreparedConvolution(Conv2dShape{1, 8, 8, 16, 16, 3, 3, 1, 1, 1}, w.data(), false).algorithm() ==
        std::string("winograd"));
  CHECK(PreparedConvolution(Conv2dShape{1, 8, 8, 16, 16, 3, 3, 2, 1, 1}, w.data(), false).algorithm() ==
        std::string("product"));
  CHECK(PreparedConvolution(Conv2dShape{1, 8, 8, 1, 16, 3, 3, 1, 1, 1}, w.data(), false).algorithm() ==
        std::string("narrow"));
}

TEST_CASE("prepared convolution: a lean one takes no more memory than its weights") {
  const Conv2dShape shape{1, 8, 8, 64, 64, 3, 3, 1, 1, 1};
  const auto w = random_values<float>(shape.weight_size(), 1);
  const PreparedConvolution fast(shape, w.data(), false), lean(shape, w.data(), true);
  CHECK(lean.bytes() == shape.weight_size() * int64_t(sizeof(float)));
  CHECK(fast.bytes() > 3 * lean.bytes());
}
