#include "core/tensor.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/dispatch.h"

using namespace huegrad;

namespace {

Tensor numbers(const Shape& shape) {
  std::vector<float> values(size_t(element_count(shape)));
  for (size_t i = 0; i < values.size(); ++i) values[i] = float(i);
  return Tensor::from(values, shape);
}

}  // namespace

TEST_CASE("tensor: views share storage") {
  const Tensor x = numbers({3, 2, 2});
  CHECK(x.rank() == 3);
  CHECK(x.extent(-1) == 2);
  CHECK(x.bytes() == 48);

  const Tensor middle = x.narrow(1, 2);
  CHECK(middle.shape() == Shape{2, 2, 2});
  CHECK(middle.values<float>() == std::vector<float>{4, 5, 6, 7, 8, 9, 10, 11});
  middle.data<float>()[0] = -1;
  CHECK(x.data<float>()[4] == -1);

  const Tensor last = middle.narrow(1, 1).reshape({4});
  CHECK(last.values<float>() == std::vector<float>{8, 9, 10, 11});
  CHECK(x.narrow(3, 0).size() == 0);

  const Tensor copy = x.clone();
  copy.data<float>()[0] = 99;
  CHECK(x.data<float>()[0] == 0);
}

TEST_CASE("tensor: wrong views and types are refused with shapes") {
  const Tensor x = numbers({3, 2});
  CHECK_THROWS_WITH_AS(x.reshape({4}), "[reshape] 4 does not hold the elements of 3x2", Error);
  CHECK_THROWS_WITH_AS(x.narrow(2, 2), "[narrow] [2, 4) of 3x2", Error);
  CHECK_THROWS_WITH_AS(x.data<double>(), "[data] float64 asked of a float32 tensor 3x2", Error);
  CHECK_THROWS_WITH_AS(x.extent(2), "[extent] axis 2 of a tensor 3x2", Error);
  CHECK_THROWS_WITH_AS(x.item(), "[item] one element wanted, the tensor is 3x2", Error);
  CHECK_THROWS_AS(Tensor::empty({-1}), Error);
  CHECK_THROWS_AS(Tensor::empty({int64_t(1) << 40, int64_t(1) << 40}), Error);
  CHECK_THROWS_AS(Tensor::from(std::vector<float>{1, 2, 3}, {2}), Error);
  CHECK_THROWS_AS(x.copy_from(numbers({2, 3})), Error);
}

TEST_CASE("tensor: scalars and fills of every dtype") {
  CHECK(Tensor::full({}, 2.5).item() == 2.5);
  CHECK(to_string(Tensor::full({}, 1).shape()) == "scalar");
  for (DType dtype : {DType::float32, DType::float64, DType::bfloat16, DType::int32, DType::uint8})
    CHECK(Tensor::full({1}, 3, dtype).item() == 3);
  CHECK(Tensor::zeros({2, 2}, DType::int32).values<int32_t>() == std::vector<int32_t>(4, 0));
}

TEST_CASE("tensor: conversion between dtypes") {
  const Tensor x = Tensor::from(std::vector<float>{0, 1, 2.5f, 255}, {4});
  CHECK(x.to(DType::float64).values<double>() == std::vector<double>{0, 1, 2.5, 255});
  CHECK(x.narrow(0, 3).to(DType::bfloat16).to(DType::float32).values<float>() ==
        std::vector<float>{0, 1, 2.5f});
  CHECK(Tensor::full({1}, 7, DType::uint8).to(DType::float32).item() == 7);
  CHECK(x.to(DType::float32).data<float>() != x.data<float>());
  CHECK_THROWS_AS(Tensor::full({1}, 7, DType::uint8).to(DType::int32), Error);
}

TEST_CASE("bfloat16: rounds to nearest even and keeps NaN and infinity") {
  const auto round = [](float value) { return float(bfloat16(value)); };
  CHECK(round(1.00390625f) == 1);          // halfway between 1 and 1.0078125: to even
  CHECK(round(1.01171875f) == 1.015625f);  // halfway between 1.0078125 and 1.015625: to even
  CHECK(round(-1.005f) == -1.0078125f);
  CHECK(std::isnan(round(std::numeric_limits<float>::quiet_NaN())));
  CHECK(std::isinf(round(std::numeric_limits<float>::infinity())));
}

TEST_CASE("device: names") {
  CHECK(parse_device("auto") == Device{DeviceKind::cpu});
  CHECK(parse_device("reference") == Device{DeviceKind::reference});
  CHECK_THROWS_AS(parse_device("gpu"), Error);
  const Tensor x = numbers({2}).to(Device{DeviceKind::reference});
  CHECK(to_string(x.empty_like().device()) == "reference");
}

TEST_CASE("dispatch: float64 is always computed by the definition") {
  const auto is_reference = [](const Tensor& x) {
    return dispatch(x, [](auto backend, auto) { return std::is_same_v<decltype(backend), Reference>; });
  };
  CHECK(!is_reference(Tensor::empty({1})));
  CHECK(is_reference(Tensor::empty({1}, DType::float64)));
  CHECK(is_reference(Tensor::empty({1}, DType::float32, {DeviceKind::reference})));
  CHECK_THROWS_AS(is_reference(Tensor::empty({1}, DType::int32)), Error);
}
