// How the choice between NVIDIA's libraries and our kernels is made, and what is kept between calls.
#include "kernels/vendor/library_choice.h"

#include <doctest/doctest.h>

#include "kernels/vendor/cudnn_convolution.h"
#include "kernels/vendor/cudnn_plans.h"
#include "tests/cuda/convolution_cases.h"

using namespace huegrad;
using namespace huegrad::test;
using namespace huegrad::vendor;

namespace {

std::string there() { return ""; }
std::string missing() { return "libraries_test pretends that a library is missing"; }

}  // namespace

TEST_CASE(
    "cuda libraries: the choice is kept, and a missing library is an error only where it is asked for") {
  CHECK_FALSE(library_wanted(ConvolutionChoice::naive, there));
  CHECK_FALSE(library_wanted(ConvolutionChoice::handwritten, missing));
  CHECK(library_wanted(ConvolutionChoice::cudnn, there));
  CHECK_THROWS_WITH_AS(library_wanted(ConvolutionChoice::cudnn, missing), missing().c_str(), CudaError);
  CHECK(library_wanted(ConvolutionChoice::automatic, there) == automatic_uses_libraries());
  CHECK_FALSE(library_wanted(ConvolutionChoice::automatic, missing));
}

TEST_CASE("cuda libraries: a plan is made once, and so is the finding that there is none") {
  if (!cudnn_unavailable().empty()) return;
  CudnnPlans plans(cuda_context());
  ConvolutionGraph graph = {
      ConvolutionPass::forward, ConvolutionMath::bfloat16, {2, 9, 9, 8, 16, 3, 3, 1, 1, 1}};
  const ConvolutionPlan* plan = plans.find(graph).plan.get();
  REQUIRE(plan != nullptr);
  CHECK(plans.find(graph).plan.get() == plan);
  graph.shape.dilation = 2;
  CHECK(plans.find(graph).plan.get() != plan);
  graph.relu = true;  // without a bias
  CHECK(plans.find(graph).plan == nullptr);
  CHECK_FALSE(plans.find(graph).why_not.empty());
}

TEST_CASE("cuda libraries: what they are not asked for is left alone") {
  const CudaChoice choice(ConvolutionChoice::handwritten);
  const DeviceArray<float> x(64), w(64), y(64);
  Conv2dEpilogue<float> epilogue{.bias = w.data(), .relu = true};
  const Conv2dShape s = {1, 8, 1, 8, 8, 1, 1, 1, 0, 1};
  CHECK_FALSE(convolution_forward(cuda_backend(), s, x.data(), w.data(), epilogue, y.data()));
  CHECK(epilogue.bias == w.data());
  CHECK(epilogue.relu);
}

TEST_CASE_TEMPLATE("cuda convolutions: arrays may begin anywhere", Storage, float, bfloat16) {
  const Conv2dShape s = {2, 6, 5, 8, 16, 3, 3, 1, 1, 1};
  const auto x = stored<Storage>(random_values<float>(s.input_size() + 1, 1));
  const auto w = stored<Storage>(random_values<float>(s.weight_size() + 1, 2));
  const auto bias = random_values<float>(s.out_channels, 3);
  auto expected = poisoned<double>(s.output_size());
  conv2d_forward(Reference{}, s, doubles(x).data() + 1, doubles(w).data() + 1,
                 Conv2dEpilogue<double>{.bias = doubles(bias).data(), .relu = true}, expected.data());

  const DeviceArray<Storage> device_x(x), device_w(w);
  const DeviceArray<float> device_bias(bias);
  for (const Way& way : ways<Storage>()) {
    CAPTURE(way.name);
    const CudaChoice choice(way.choice, way.tensor_float32);
    const DeviceArray<Storage> y(s.output_size() + 1);
    conv2d_forward(cuda_backend(), s, device_x.data() + 1, device_w.data() + 1,
                   Conv2dEpilogue<float>{.bias = device_bias.data(), .relu = true}, y.data() + 1);
    const std::vector<float> values = floats(y.values());
    CHECK(relative_error(std::vector<float>(values.begin() + 1, values.end()), expected) <
          epilogue_tolerance<Storage>(way));
  }
}
