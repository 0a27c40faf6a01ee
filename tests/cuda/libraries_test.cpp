// How the choice between NVIDIA's libraries and our kernels is made, and what is kept between calls.
#include "kernels/vendor/library_choice.h"

#include <doctest/doctest.h>

#include <utility>

#include "kernels/linear.h"
#include "kernels/vendor/cudnn_convolution.h"
#include "kernels/vendor/cudnn_plans.h"
#include "tests/cuda/convolution_cases.h"
#include "tests/support/environment.h"

using namespace huegrad;
using namespace huegrad::test;
using namespace huegrad::vendor;

namespace {

// A library that opens, and one that does not, however often it is asked.
struct There {
  explicit There(CudaContext&) {}
};
struct Missing {
  explicit Missing(CudaContext&) {
    ++tries;
    throw CudaError("libraries_test pretends that a library is missing");
  }
  static inline int tries = 0;
};

template <class Connection>
bool connects(ConvolutionChoice choice) {
  const CudaChoice use(choice);
  Library<Connection> library;
  const bool connected = connect(cuda_context(), library) != nullptr;
  CHECK((connect(cuda_context(), library) != nullptr) == connected);
  return connected;
}

// A convolution and a linear layer of a context of their own, whose libraries nobody has opened before.
void compute(ConvolutionChoice choice) {
  CudaContext context;
  context.convolution = choice;
  const Conv2dShape conv = {2, 6, 5, 8, 16, 3, 3, 1, 1, 1};
  const auto x = random_values<float>(conv.input_size(), 1), w = random_values<float>(conv.weight_size(), 2);
  auto expected = poisoned<float>(conv.output_size());
  conv2d_forward(Reference{}, conv, x.data(), w.data(), Conv2dEpilogue<float>{}, expected.data());
  const DeviceArray<float> device_x(x), device_w(w), y(conv.output_size());
  conv2d_forward(Cuda{&context}, conv, device_x.data(), device_w.data(), Conv2dEpilogue<float>{}, y.data());
  context.synchronize();
  CHECK(relative_error(y.values(), expected) < 1e-5);

  const LinearShape linear = {5, 12, 7};
  auto product = poisoned<float>(linear.rows * linear.out_features);
  const float* no_bias = nullptr;
  linear_forward(Reference{}, linear, x.data(), w.data(), no_bias, product.data());
  const DeviceArray<float> device_product(int64_t(product.size()));
  linear_forward(Cuda{&context}, linear, device_x.data(), device_w.data(), no_bias, device_product.data());
  context.synchronize();
  CHECK(relative_error(device_product.values(), product) < 1e-5);
}

}  // namespace

TEST_CASE("cuda libraries: the choice is kept, one that does not open is an error only where it insists") {
  CHECK_FALSE(connects<There>(ConvolutionChoice::naive));
  CHECK_FALSE(connects<Missing>(ConvolutionChoice::handwritten));
  CHECK(Missing::tries == 0);
  CHECK(connects<There>(ConvolutionChoice::cudnn));
  CHECK_THROWS_AS(connects<Missing>(ConvolutionChoice::cudnn), CudaError);
  CHECK(connects<There>(ConvolutionChoice::automatic) == automatic_uses_libraries());
  Missing::tries = 0;
  CHECK_FALSE(connects<Missing>(ConvolutionChoice::automatic));
  CHECK(Missing::tries == (automatic_uses_libraries() ? 1 : 0));
}

TEST_CASE("cuda libraries: under automatic our kernels compute what the libraries cannot") {
  if (automatic_uses_libraries()) return;  // real ones: nobody can make them fail
  for (const char* state : {"open", "closed", "planless"}) {
    CAPTURE(state);
    const Environment pretended("EMU_LIBRARIES", state);
    compute(ConvolutionChoice::automatic);
    if (std::string(state) == "open")
      compute(ConvolutionChoice::cudnn);
    else
      CHECK_THROWS_AS(compute(ConvolutionChoice::cudnn), CudaError);
  }
}

TEST_CASE("cuda libraries: a plan is made once, and so is the finding that there is none") {
  if (!cudnn_unavailable().empty()) return;
  CudnnPlans plans(cuda_context());
  ConvolutionGraph graph = {
      ConvolutionPass::forward, ConvolutionMath::bfloat16, {2, 9, 9, 8, 16, 3, 3, 1, 1, 1}};
  const ConvolutionPlan* plan = plans.find(graph, {}).plan.get();
  REQUIRE(plan != nullptr);
  CHECK(plans.find(graph, {}).plan.get() == plan);
  graph.shape.dilation = 2;
  CHECK(plans.find(graph, {}).plan.get() != plan);
  graph.relu = true;  // without a bias
  CHECK(plans.find(graph, {}).plan == nullptr);
  CHECK_FALSE(plans.find(graph, {}).why_not.empty());
}

TEST_CASE("cuda libraries: guesses are measured where that is wanted, and choices that are known are kept") {
  if (!cudnn_unavailable().empty()) return;
  const ConvolutionGraph graph = {
      ConvolutionPass::forward, ConvolutionMath::bfloat16, {2, 9, 9, 8, 16, 3, 3, 1, 1, 1}, true, true};
  const Conv2dShape& s = graph.shape;
  const DeviceArray<bfloat16> x(s.input_size()), w(s.weight_size()), y(s.output_size());
  std::map<std::string, int>& choices = cuda_context().convolution_choices;
  const auto before = std::exchange(choices, {});
  cuda_context().measures_convolutions = true;
  CudnnPlans plans(cuda_context());
  CHECK(plans.find(graph, {x.data(), w.data(), y.data()}).plan != nullptr);
  CHECK(choices.size() == 1);
  CHECK(choices.count(to_string(graph)) == 1);
  choices.begin()->second = 1;
  CudnnPlans again(cuda_context());
  CHECK(again.find(graph, {x.data(), w.data(), y.data()}).plan != nullptr);
  CHECK(choices.begin()->second == 1);
  choices.begin()->second = 1'000'000;  // of another version: its first guess
  CudnnPlans other(cuda_context());
  CHECK(other.find(graph, {x.data(), w.data(), y.data()}).plan != nullptr);
  cuda_context().measures_convolutions = false;
  choices = before;
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
    const auto compute = [&] {
      conv2d_forward(cuda_backend(), s, device_x.data() + 1, device_w.data() + 1,
                     Conv2dEpilogue<float>{.bias = device_bias.data(), .relu = true}, y.data() + 1);
    };
    if (way.choice == ConvolutionChoice::cudnn) {  // which takes aligned arrays only
      CHECK_THROWS_AS(compute(), CudaError);
      continue;
    }
    compute();
    const std::vector<float> values = floats(y.values());
    CHECK(relative_error(std::vector<float>(values.begin() + 1, values.end()), expected) <
          epilogue_tolerance<Storage>(way));
  }
}
