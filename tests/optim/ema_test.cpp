#include "optim/ema.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "optim/state.h"

using namespace huegrad;
using Role = NamedTensor::Role;

namespace {

void set(const Tensor& w, double value) { w.data<double>()[0] = value; }

Tensor number(double value) { return Tensor::full({1}, value, DType::float64); }

}  // namespace

TEST_CASE("ema: follows closely at first, then at its own pace") {
  const Tensor w = number(100);
  Ema ema({{"w", w, Role::weight}}, 0.5);
  const auto shadow = [&] { return ema.state()[0].tensor.item(); };
  set(w, 2);
  ema.update();
  CHECK(shadow() == 2);  // the initial 100 is forgotten
  set(w, 13);
  ema.update();
  CHECK(shadow() == doctest::Approx(2 + 10.0 / 11 * (13 - 2)));
  set(w, 0);
  for (int i = 0; i < 100; ++i) ema.update();
  set(w, 8);
  ema.update();
  CHECK(shadow() == doctest::Approx(4));
}

TEST_CASE("ema: swap exchanges, and back again") {
  const Tensor w = number(1);
  Ema ema({{"w", w, Role::running_mean}}, 0.9);
  set(w, 5);
  ema.swap();
  CHECK(w.item() == 1);
  CHECK(ema.state()[0].tensor.item() == 5);
  ema.swap();
  CHECK(w.item() == 5);
  CHECK_THROWS_AS(Ema({{"w", w, Role::weight}}, 1), Error);
}

TEST_CASE("ema: state continues where it was") {
  const Tensor w = number(1), v = number(1);
  Ema one({{"w", w, Role::weight}}, 0.5), other({{"w", v, Role::weight}}, 0.5);
  for (int i = 0; i < 3; ++i) one.update();
  load_state(other.state(), one.state());
  set(w, 9);
  set(v, 9);
  one.update();
  other.update();
  CHECK(one.state()[0].name == "w.ema");
  CHECK(one.state()[0].tensor.item() == other.state()[0].tensor.item());
}
