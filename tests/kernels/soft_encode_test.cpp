#include "kernels/soft_encode.h"

#include <doctest/doctest.h>

#include "tests/cases/soft_encode.h"
#include "tests/support/threads.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("soft_encode: the fast kernel equals the definition") {
  const AbBins& bins = AbBins::zhang313();
  const std::vector<float> colors = colors_to_encode();
  const auto size = int64_t(colors.size() / 2);
  for (int neighbours : {1, 5, 10, kMostNeighbours}) {
    CAPTURE(neighbours);
    Encoding expected(size, neighbours);
    const SoftEncodeShape shape = {size, neighbours, 5};
    soft_encode(Reference{}, shape, bins.table(), colors.data(), expected.index.data(),
                expected.weight.data(), expected.entropy.data());
    for (int threads : {1, 3}) {
      const Threads choice(threads);
      Encoding actual(size, neighbours);
      soft_encode(Cpu{}, shape, bins.table(), colors.data(), actual.index.data(), actual.weight.data(),
                  actual.entropy.data());
      CHECK(actual.index == expected.index);
      // Distances of far colours are large numbers whose differences are rounded.
      CHECK(relative_error(actual.weight, expected.weight) < 1e-5);
      CHECK(relative_error(actual.entropy, expected.entropy) < 1e-5);
    }
  }
}

TEST_CASE_TEMPLATE("soft_encode: entropy by hand, and without one", Backend, Reference, Cpu) {
  const AbBinTable bins = AbBins::zhang313().table();
  const std::vector<float> ab = {5, 5, 0, 0};  // a tie of four bins; a bin and its four neighbours
  Encoding four(2, 4), same = four;
  soft_encode(Backend{}, {2, 4, 5}, bins, ab.data(), four.index.data(), four.weight.data(),
              four.entropy.data());
  CHECK(four.entropy[0] == doctest::Approx(std::log(4.0)));
  const double far = std::exp(-2.0), sum = 1 + 3 * far;
  CHECK(four.entropy[1] == doctest::Approx(std::log(sum) + 3 * far / sum * 2));
  soft_encode(Backend{}, {2, 4, 5}, bins, ab.data(), same.index.data(), same.weight.data(), nullptr);
  CHECK(same.weight == four.weight);
}
