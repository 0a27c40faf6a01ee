// Matrix products by digits: the tiles against their definition, to the bit; products against float64.
#include "kernels/cpu/gemm_digits.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

#include "kernels/cpu/digit_tiles.h"
#include "kernels/cpu/gemm_long.h"
#include "tests/support/chosen_convolution.h"
#include "tests/support/compare.h"
#include "tests/support/threads.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

// Panels are as wide as vectors of the processor allow; tiles want the widest.
bool has_wide_panels() {
  const bool has = gemm_panel_width() == 2 * kTileSide;
  if (!has) MESSAGE("skipped: this processor has no vectors of 512 bits");
  return has;
}

struct Product {
  int64_t m, n, depth;
  std::vector<float> a, b;  // (m, depth), (depth, n)

  Product(int64_t rows, int64_t columns, int64_t k, uint64_t seed)
      : m(rows),
        n(columns),
        depth(k),
        a(random_values<float>(m * depth, seed)),
        b(random_values<float>(depth * n, seed + 1)) {}

  std::vector<double> exact() const {
    std::vector<double> c(size_t(m * n));
    for (int64_t i = 0; i < m; ++i)
      for (int64_t k = 0; k < depth; ++k)
        for (int64_t j = 0; j < n; ++j) c[i * n + j] += double(a[i * depth + k]) * b[k * n + j];
    return c;
  }

  std::vector<float> by_digits(const Conv2dEpilogue<float>& epilogue = {}) const {
    const ChosenProducts use(CpuProducts::tiles);
    REQUIRE(digits_suit(depth));
    std::vector<float> memory(size_t(packed_size(n, depth, true))), c = poisoned<float>(m * n);
    const PackedPanels panels = pack_panels(MatrixOperand(b.data(), 1, n), n, depth, true, memory.data());
    gemm_rows(m, n, MatrixRows(a.data(), depth, depth), panels, epilogue, MatrixOutput(c.data(), n));
    return c;
  }
};

// Root mean square error relative to what `depth` products of numbers in [-1, 1] sum to.
double rms_error(const std::vector<float>& actual, const std::vector<double>& expected, int64_t depth) {
  double sum = 0;
  for (size_t i = 0; i < actual.size(); ++i) sum += std::pow(actual[i] - expected[i], 2);
  return std::sqrt(sum / double(actual.size()) / double(depth)) * 3;
}

}  // namespace

TEST_CASE("digits: tiles of the processor compute the definition to the bit") {
  if (!has_digit_tiles()) {
    MESSAGE("skipped: this processor has no tiles");
    return;
  }
  for (const int64_t steps : {1, 2, 7}) {
    std::vector<int8_t> a(size_t(steps * kStepBytes)), b(a.size());
    for (size_t i = 0; i < a.size(); ++i) {
      a[i] = int8_t(philox(1, 0, i)[0]);
      b[i] = int8_t(philox(2, 0, i)[0]);
    }
    a[5] = b[5] = -128;
    std::vector<int32_t> expected(size_t(kTileSums), -1), actual(expected);
    DigitProduct product{a.data(), b.data(), steps, nullptr, 0, expected.data()};
    multiply_digits_plainly(product);
    product.sums = actual.data();
    DigitTiles().multiply(product);
    CHECK(actual == expected);
  }
}

TEST_CASE("digits: products of every ragged size, as close to float64 as sums of floats") {
  if (!has_wide_panels()) return;
  for (const int64_t m : {1, 15, 16, 17, 49})
    for (const int64_t n : {1, 16, 17, 31, 33, 80})
      for (const int64_t depth : {1, 63, 64, 65, 200}) {
        const Product product(m, n, depth, uint64_t(m * 10000 + n * 100 + depth));
        CAPTURE(m);
        CAPTURE(n);
        CAPTURE(depth);
        CHECK(rms_error(product.by_digits(), product.exact(), depth) < 4e-7);
      }
  const Product many(700, 70, 320, 3);  // several blocks of rows
  CHECK(rms_error(many.by_digits(), many.exact(), 320) < 4e-7);
}

TEST_CASE("digits: bias, ReLU, scale and shift are applied") {
  if (!has_wide_panels()) return;
  const Product product(20, 37, 70, 5);
  const auto bias = random_values<float>(37, 7), scale = random_values<float>(37, 8),
             shift = random_values<float>(37, 9);
  std::vector<double> expected = product.exact();
  for (size_t i = 0; i < expected.size(); ++i)
    expected[i] = std::max(0.0, expected[i] + bias[i % 37]) * scale[i % 37] + shift[i % 37];
  const Conv2dEpilogue<float> epilogue{
      .bias = bias.data(), .relu = true, .scale = scale.data(), .shift = shift.data()};
  CHECK(relative_error(product.by_digits(epilogue), expected) < 1e-6);
}

TEST_CASE("digits: rows and columns are scaled by themselves") {
  if (!has_wide_panels()) return;
  Product product(18, 20, 100, 11);
  for (int64_t k = 0; k < 100; ++k) {
    product.a[2 * 100 + k] *= 1e-12f;
    product.a[3 * 100 + k] = 0;
    product.a[17 * 100 + k] *= 1e20f;
    product.b[k * 20 + 4] *= 1e10f;
    product.b[k * 20 + 5] *= 1e-25f;
  }
  const std::vector<double> expected = product.exact();
  const std::vector<float> actual = product.by_digits();
  for (int64_t i = 0; i < 18; ++i)
    for (int64_t j = 0; j < 20; ++j) {
      const double row = i == 2 ? 1e-12 : i == 3 ? 0 : i == 17 ? 1e20 : 1;
      const double size = row * (j == 4 ? 1e10 : j == 5 ? 1e-25 : 1);
      CHECK(std::abs(actual[i * 20 + j] - expected[i * 20 + j]) <= 1e-5 * size);
    }
}

TEST_CASE("digits: what is no number, or infinite, makes its row or column NaN and no other") {
  if (!has_wide_panels()) return;
  const float infinity = std::numeric_limits<float>::infinity();
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), infinity, -infinity}) {
    Product product(18, 20, 100, 13);
    product.a[4 * 100 + 77] = bad;
    product.b[30 * 20 + 9] = bad;
    const std::vector<float> actual = product.by_digits();
    for (int64_t i = 0; i < 18; ++i)
      for (int64_t j = 0; j < 20; ++j) CHECK(std::isnan(actual[i * 20 + j]) == (i == 4 || j == 9));
  }
}

TEST_CASE("digits: a weight gradient's product, in pieces and added to") {
  if (!has_wide_panels()) return;
  const ChosenProducts use(CpuProducts::tiles);
  for (const auto& [m, n, k] : {std::array<int64_t, 3>{33, 50, 1}, {16, 16, 64}, {40, 70, 1500}}) {
    CAPTURE(k);
    const auto a = random_values<float>(k * m, 1), b = random_values<float>(k * n, 2);
    std::vector<double> expected(size_t(m * n));
    for (int64_t i = 0; i < m; ++i)
      for (int64_t j = 0; j < n; ++j)
        for (int64_t t = 0; t < k; ++t) expected[i * n + j] += double(a[t * m + i]) * b[t * n + j];
    auto c = poisoned<float>(m * n);
    gemm_long(m, n, k, MatrixOperand(a.data(), 1, m), MatrixOperand(b.data(), 1, n), c.data());
    CHECK(rms_error(c, expected, k) < 4e-7);

    // The same from panels: first written, then as much added.
    const auto panels_of = [&](const std::vector<float>& values, int64_t items) {
      std::vector<float> panels(size_t((items + 31) / 32 * 32 * k));
      for (int64_t i = 0; i < items; ++i)
        for (int64_t t = 0; t < k; ++t) panels[(i / 32 * k + t) * 32 + i % 32] = values[t * items + i];
      return panels;
    };
    const std::vector<float> a_panels = panels_of(a, m), b_panels = panels_of(b, n);
    std::vector<float> sum = poisoned<float>(m * n);
    for (const PanelOutput output : {PanelOutput::write, PanelOutput::add})
      gemm_panels(m, n, k, k, a_panels.data(), b_panels.data(), true, output, sum.data(), n);
    for (double& value : expected) value *= 2;
    CHECK(rms_error(sum, expected, k) < 5e-7);
  }
}

TEST_CASE("digits: a weight gradient's product does not depend on the number of threads") {
  if (!has_wide_panels()) return;
  const ChosenProducts use(CpuProducts::tiles);
  const int64_t m = 40, n = 600, k = 1100;
  const auto a = random_values<float>(k * m, 1), b = random_values<float>(k * n, 2);
  std::vector<std::vector<float>> results;
  for (const int count : {1, 2, 5}) {
    const Threads use_threads(count);
    std::vector<float> c = poisoned<float>(m * n);
    gemm_long(m, n, k, MatrixOperand(a.data(), 1, m), MatrixOperand(b.data(), 1, n), c.data());
    results.push_back(c);
  }
  CHECK(results[0] == results[1]);
  CHECK(results[0] == results[2]);
}

TEST_CASE("digits: suit deep products, and are used or not as one chooses") {
  {
    const ChosenProducts use(CpuProducts::vectors);
    CHECK_FALSE(digits_suit(512));
  }
  if (!has_wide_panels()) return;
  const ChosenProducts use(CpuProducts::tiles);
  CHECK(digits_suit(9));
  CHECK_FALSE(digits_suit(0));
  CHECK_FALSE(digits_suit(1 << 16));  // sums might not fit 32 bits
}
