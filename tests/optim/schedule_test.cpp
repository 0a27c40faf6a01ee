#include "optim/schedule.h"

#include <doctest/doctest.h>

#include "core/error.h"

using namespace huegrad;
using doctest::Approx;

TEST_CASE("schedule: closed forms") {
  CHECK(constant_schedule(0.1)(12345) == 0.1);

  const Schedule step = step_schedule(1, 10, 0.1);
  CHECK(step(9) == 1);
  CHECK(step(10) == Approx(0.1));
  CHECK(step(25) == Approx(0.01));

  const Schedule poly = poly_schedule(2, 100, 0.9);
  CHECK(poly(0) == 2);
  CHECK(poly(50) == Approx(1.0717734625).epsilon(1e-9));  // 2 * 0.5^0.9
  CHECK(poly(100) == 0);
  CHECK(poly(1000) == 0);

  const Schedule cosine = cosine_schedule(1, 100, 0.2);
  CHECK(cosine(0) == 1);
  CHECK(cosine(50) == Approx(0.6));
  CHECK(cosine(25) == Approx(0.2 + 0.8 * 0.8535533906).epsilon(1e-9));
  CHECK(cosine(100) == Approx(0.2));
  CHECK(cosine(500) == Approx(0.2));
}

TEST_CASE("schedule: warm-up multiplies what follows") {
  const Schedule warm = with_warm_up(constant_schedule(0.4), 4);
  CHECK(warm(0) == Approx(0.1));
  CHECK(warm(3) == Approx(0.4));
  CHECK(warm(4) == Approx(0.4));
  CHECK(with_warm_up(constant_schedule(0.4), 0)(0) == 0.4);
  CHECK(with_warm_up(step_schedule(1, 2, 0.5), 4)(2) == Approx(0.5 * 0.75));
}

TEST_CASE("schedule: impossible ones are refused") {
  CHECK_THROWS_AS(step_schedule(1, 0, 0.1), Error);
  CHECK_THROWS_AS(poly_schedule(1, 0, 0.9), Error);
  CHECK_THROWS_AS(cosine_schedule(1, -1), Error);
}
