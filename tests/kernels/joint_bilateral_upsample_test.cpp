#include "kernels/joint_bilateral_upsample.h"

#include <doctest/doctest.h>

#include <fstream>

#include "kernels/parallel.h"
#include "tests/cases/joint_bilateral_upsample.h"
#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

std::vector<double> as_double(const std::vector<float>& values) { return {values.begin(), values.end()}; }

std::vector<float> forward(const JointBilateralShape& shape, const std::vector<float>& x,
                           const std::vector<float>& guide) {
  auto y = poisoned<float>(shape.output_size());
  joint_bilateral_upsample_forward(Cpu{}, shape, x.data(), guide.data(), y.data());
  return y;
}

std::vector<double> definition(const JointBilateralShape& shape, const std::vector<float>& x,
                               const std::vector<float>& guide) {
  auto y = poisoned<double>(shape.output_size());
  joint_bilateral_upsample_forward(Reference{}, shape, as_double(x).data(), as_double(guide).data(),
                                   y.data());
  return y;
}

}  // namespace

TEST_CASE("joint_bilateral_upsample: the fast kernel equals the definition") {
  for (const auto& shape : joint_bilateral_cases()) {
    CAPTURE(shape.low_height);
    CAPTURE(shape.high_width);
    const auto x = random_values<float>(shape.input_size(), 1, -100, 100);
    const auto guide = random_values<float>(shape.guide_size(), 2, 0, 255);
    const double tolerance = shape.sigma_range < 1 ? 2e-2 : 2e-5;  // logarithms of 1e5 leave few digits
    CHECK(relative_error(forward(shape, x, guide), definition(shape, x, guide)) < tolerance);

    const auto dy = random_values<float>(shape.output_size(), 3);
    auto dx = poisoned<float>(shape.input_size());
    auto expected = poisoned<double>(shape.input_size());
    joint_bilateral_upsample_backward(Cpu{}, shape, guide.data(), dy.data(), dx.data());
    joint_bilateral_upsample_backward(Reference{}, shape, as_double(guide).data(), as_double(dy).data(),
                                      expected.data());
    CHECK(relative_error(dx, expected) < tolerance);
  }
}

TEST_CASE("joint_bilateral_upsample: the backward pass is the transpose of the forward pass") {
  for (const auto& shape : joint_bilateral_cases()) {
    const auto x = random_values<double>(shape.input_size(), 1),
               dy = random_values<double>(shape.output_size(), 2);
    const auto guide = random_values<double>(shape.guide_size(), 3, 0, 255);
    std::vector<double> y(dy.size()), dx(x.size());
    joint_bilateral_upsample_forward(Reference{}, shape, x.data(), guide.data(), y.data());
    joint_bilateral_upsample_backward(Reference{}, shape, guide.data(), dy.data(), dx.data());
    double outputs = 0, inputs = 0;
    for (size_t i = 0; i < y.size(); ++i) outputs += y[i] * dy[i];
    for (size_t i = 0; i < x.size(); ++i) inputs += x[i] * dx[i];
    CHECK(outputs == doctest::Approx(inputs).epsilon(1e-10));
  }
}

TEST_CASE("joint_bilateral_upsample: a constant stays constant and an edge of the guide stays an edge") {
  const JointBilateralShape shape{.low_height = 16, .low_width = 16, .high_height = 64, .high_width = 64};
  std::vector<float> constant(size_t(shape.input_size()), 42), x(constant.size()),
      guide(size_t(shape.guide_size()));
  // The colours change at low-resolution column 8; the guide at high-resolution column 34 = 8.5 * 4.
  for (int64_t i = 0; i < shape.input_size(); ++i) x[size_t(i)] = i / 2 % 16 < 8 ? -50.f : 50.f;
  for (int64_t i = 0; i < shape.guide_size(); ++i) guide[size_t(i)] = i % 64 < 34 ? 20.f : 220.f;
  for (const float value : forward(shape, constant, guide)) CHECK(value == doctest::Approx(42));
  const auto y = forward(shape, x, guide);
  const auto at = [&](int64_t column) { return y[size_t((32 * 64 + column) * 2)]; };
  CHECK(at(33) < -20);
  CHECK(at(34) > 45);
}

TEST_CASE("joint_bilateral_upsample: an isolated guide value underflows every weight and is still Eq. (5)") {
  JointBilateralShape shape{.low_height = 12, .low_width = 12, .high_height = 48, .high_width = 48};
  shape.sigma_range = 5;
  const auto x = random_values<float>(shape.input_size(), 1, -80, 80);
  std::vector<float> guide(size_t(shape.guide_size()), 10);
  guide[size_t(25 * 48 + 25)] = 255;  // not the centre of a low-resolution pixel
  guide[size_t(20 * 48 + 16)] = 12;
  const auto y = forward(shape, x, guide);
  CHECK(relative_error(y, definition(shape, x, guide)) < 1e-3);
}

TEST_CASE("joint_bilateral_upsample: results do not depend on the number of threads") {
  const auto shape = joint_bilateral_cases()[0];
  const auto x = random_values<float>(shape.input_size(), 1),
             dy = random_values<float>(shape.output_size(), 2);
  const auto guide = random_values<float>(shape.guide_size(), 3, 0, 255);
  const int threads = thread_count();
  std::vector<std::vector<float>> ys, dxs;
  for (int count : {1, 2, 3}) {
    set_thread_count(count);
    ys.push_back(forward(shape, x, guide));
    dxs.push_back(poisoned<float>(shape.input_size()));
    joint_bilateral_upsample_backward(Cpu{}, shape, guide.data(), dy.data(), dxs.back().data());
  }
  set_thread_count(threads);
  CHECK((ys[0] == ys[1] && ys[1] == ys[2]));
  CHECK((dxs[0] == dxs[1] && dxs[1] == dxs[2]));
}

TEST_CASE(
    "joint_bilateral_upsample: at factor 1 it is OpenCV's joint bilateral filter, away from the border") {
  std::ifstream file(HUEGRAD_SOURCE_DIR "/tests/data/joint_bilateral_opencv.txt");
  JointBilateralShape shape;
  file >> shape.low_height >> shape.low_width >> shape.radius >> shape.sigma_spatial >> shape.sigma_range;
  REQUIRE(file);
  shape.high_height = shape.low_height;
  shape.high_width = shape.low_width;
  std::vector<float> guide(size_t(shape.guide_size())), x(size_t(shape.input_size())), expected(x.size());
  for (auto* values : {&guide, &x, &expected})
    for (float& value : *values) file >> value;
  REQUIRE(file);
  const auto y = forward(shape, x, guide);
  double worst = 0;
  for (int64_t row = shape.radius; row < shape.low_height - shape.radius; ++row)
    for (int64_t i = 2 * shape.radius; i < 2 * (shape.low_width - shape.radius); ++i) {
      const size_t at = size_t(row * shape.low_width * 2 + i);
      worst = std::max(worst, std::abs(double(y[at]) - double(expected[at])));
    }
  CHECK(worst < 0.02);  // of values up to 80
}
