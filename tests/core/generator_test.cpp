#include "core/generator.h"

#include <doctest/doctest.h>

#include <vector>

using namespace huegrad;

TEST_CASE("philox: the published vectors of Random123") {
  CHECK(philox(0, 0, 0) == PhiloxBlock{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox(~uint64_t(0), ~uint64_t(0), ~uint64_t(0)) ==
        PhiloxBlock{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
}

TEST_CASE("generator: the position resumes the stream") {
  Generator generator(7, 3);
  for (int i = 0; i < 5; ++i) generator.normal();
  Generator resumed(7, 3, generator.position());
  for (int i = 0; i < 5; ++i) CHECK(generator.uniform() == resumed.uniform());
  CHECK(Generator(7, 3).uniform() != Generator(7, 4).uniform());
  CHECK(Generator(7, 3).uniform() != Generator(8, 3).uniform());
}

TEST_CASE("generator: moments and ranges") {
  Generator generator(1);
  constexpr int kCount = 20000;
  double uniform = 0, normal = 0, squares = 0;
  bool inside = true;
  std::vector<int> histogram(7);
  for (int i = 0; i < kCount; ++i) {
    const double u = generator.uniform(), n = generator.normal();
    inside = inside && u >= 0 && u < 1;
    uniform += u;
    normal += n;
    squares += n * n;
    ++histogram.at(size_t(generator.below(7)));
  }
  CHECK(inside);
  CHECK(uniform / kCount == doctest::Approx(0.5).epsilon(0.02));
  CHECK(std::abs(normal / kCount) < 0.03);
  CHECK(squares / kCount == doctest::Approx(1).epsilon(0.03));
  for (int count : histogram) CHECK(count == doctest::Approx(kCount / 7.0).epsilon(0.08));
}
