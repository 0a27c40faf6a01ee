// Colouring on the CUDA device against the CPU's.
#include <doctest/doctest.h>

#include <thread>

#include "core/allocator.h"
#include "core/error.h"
#include "net/colorizer.h"
#include "tests/support/compare.h"
#include "tests/support/cuda_choice.h"
#include "tests/support/pictures.h"
#include "tests/support/small_network.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

ColorizeOptions small_options(bool jbu = true) {
  ColorizeOptions options;
  options.working_size.size = 32;
  options.jbu = jbu;
  return options;
}

}  // namespace

// Twenty layers pile up the roundings of their inputs: 2^-11 each in TF32, 2^-9
// in bfloat16.
TEST_CASE("cuda inference: logits are the CPU's in every precision") {
  const HierarchicalNetwork network = small_network(), on_cuda = network.to({DeviceKind::cuda});
  const Tensor lightness = Tensor::from(random_values<float>(2 * 24 * 32, 5, -50, 50), {2, 24, 32, 1});
  const auto expected = InferencePlan(network).run(lightness);
  struct Precision {
    bool tensor_float32;
    DType storage;
    double tolerance;
  };
  for (const Precision& p : {Precision{false, DType::float32, 1e-5},
                             {true, DType::float32, 3e-2},
                             {true, DType::bfloat16, 0.15}}) {
    CAPTURE(p.tolerance);
    const CudaChoice use(ConvolutionChoice::handwritten, p.tensor_float32);
    const auto actual = InferencePlan(on_cuda, p.storage).run(lightness.to({DeviceKind::cuda}));
    const auto floats = [](const Tensor& tensor) { return tensor.to(DType::float32).values<float>(); };
    CHECK(relative_error(floats(actual.color_logits), floats(expected.color_logits)) < p.tolerance);
    CHECK(relative_error(floats(actual.semantic_logits), floats(expected.semantic_logits)) < p.tolerance);
  }
}

TEST_CASE(
    "cuda inference: pictures of every kind come out as on the CPU, to "
    "one 8-bit level") {
  const HierarchicalNetwork network = small_network(), on_cuda = network.to({DeviceKind::cuda});
  const CudaChoice exact(ConvolutionChoice::handwritten);
  for (bool jbu : {true, false}) {
    Colorizer cpu(network, small_options(jbu)), cuda(on_cuda, small_options(jbu));
    for (int bits : {8, 16})
      for (int64_t channels : {1, 2, 3, 4}) {
        CAPTURE(channels);
        CAPTURE(jbu);
        CAPTURE(bits);
        const Image picture = noise(50, 37, channels, bits);
        CHECK(largest_step(cuda.colorize(picture), cpu.colorize(picture)) <= sample_tolerance(bits));
      }
  }
}

TEST_CASE(
    "cuda inference: what is prepared and predicted stays on the device, "
    "and means what the CPU's does") {
  const HierarchicalNetwork network = small_network(), on_cuda = network.to({DeviceKind::cuda});
  const CudaChoice exact(ConvolutionChoice::handwritten);
  Colorizer cpu(network, small_options()), cuda(on_cuda, small_options());
  std::vector<NetworkInput> host, device;
  for (const Image& picture : {noise(50, 50, 4), noise(33, 33, 1, 16)}) {
    host.push_back(cpu.prepare(picture));
    device.push_back(cuda.prepare(picture));
    CHECK(device.back().lightness.device().kind == DeviceKind::cuda);
    CHECK(relative_error(device.back().lightness.values<float>(), host.back().lightness.values<float>()) <
          1e-5);
  }
  const auto expected = cpu.predict(host), actual = cuda.predict(device);
  cuda.predict({&device[1], 1});  // nobody's logits are written to afterwards
  for (size_t i : {0, 1}) {
    for (const auto part : {&Prediction::color_logits, &Prediction::semantic_logits}) {
      CHECK((actual[i].*part).device().kind == DeviceKind::cuda);
      CHECK(relative_error((actual[i].*part).values<float>(), (expected[i].*part).values<float>()) < 1e-4);
    }
    const LabelMap a = cuda.labels(actual[i], 40, 50), b = cpu.labels(expected[i], 40, 50);
    size_t different = 0;  // where classes are all but equal
    for (size_t j = 0; j < a.labels.size(); ++j) different += a.labels[j] != b.labels[j];
    CHECK(different <= a.labels.size() / 500);
  }
  const Image picture = noise(50, 50, 4);
  const Tensor colors = cuda.colors(actual[0]);
  CHECK(relative_error(colors.values<float>(), cpu.colors(expected[0]).values<float>()) < 1e-4);
  CHECK(cuda.upsample(picture, colors, Upsampling::jbu) == cpu.upsample(picture, colors, Upsampling::jbu));
}

TEST_CASE("cuda inference: the host waits once for a picture, and nothing of it stays behind") {
  const CudaChoice exact(ConvolutionChoice::handwritten);
  const HierarchicalNetwork on_cuda = small_network().to({DeviceKind::cuda});
  Colorizer colorizer(on_cuda, small_options());
  const Image picture = noise(50, 50, 4);
  colorizer.colorize(picture);
  const int64_t in_use = cuda_allocator().statistics().in_use, waits = cuda_context().waits();
  {
    const NetworkInput input = colorizer.prepare(picture);
    const Prediction prediction = colorizer.predict({&input, 1}).front();
    CHECK(cuda_context().waits() == waits);
    colorizer.compose(picture, prediction);
    CHECK(cuda_context().waits() == waits + 1);
    CHECK_THROWS_AS(colorizer.compose(noise(40, 50, 4), prediction), Error);
  }
  CHECK(cuda_allocator().statistics().in_use == in_use);
  CHECK(pinned_allocator().statistics().in_use == 0);
}

TEST_CASE("cuda inference: the same pictures from several threads as from one") {
  const HierarchicalNetwork on_cuda = small_network().to({DeviceKind::cuda});
  const CudaChoice exact(ConvolutionChoice::handwritten);
  Colorizer first(on_cuda, small_options()), second(on_cuda, small_options(false));
  const std::vector<Image> pictures = {noise(50, 37), noise(30, 60, 4), noise(41, 41, 1, 16)};
  const auto colored = [&](size_t i) { return (i % 2 == 0 ? first : second).colorize(pictures[i % 3]); };
  std::vector<Image> expected, actual(6);
  for (size_t i = 0; i < actual.size(); ++i) expected.push_back(colored(i));
  std::vector<std::thread> threads;
  for (size_t t : {0, 1, 2})
    threads.emplace_back([&, t] {
      for (size_t i = t; i < actual.size(); i += 3) actual[i] = colored(i);
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(actual == expected);
}

TEST_CASE(
    "cuda inference: the graphs of several shapes do not get into each "
    "other's way") {
  const HierarchicalNetwork network = small_network(), on_cuda = network.to({DeviceKind::cuda});
  const CudaChoice exact(ConvolutionChoice::handwritten);
  InferencePlan cpu(network), cuda(on_cuda);
  const auto shapes =
      std::vector<Shape>{{1, 16, 16, 1}, {1, 8, 16, 1}, {2, 24, 16, 1}, {1, 8, 8, 1}, {1, 16, 8, 1}};
  for (uint64_t round = 0; round < 2; ++round)  // more shapes than are kept, and a buffer that grows
    for (const Shape& shape : shapes) {
      CAPTURE(to_string(shape));
      const Tensor lightness =
          Tensor::from(random_values<float>(element_count(shape), 7 + round, -50, 50), shape);
      const auto actual = cuda.run(lightness.to({DeviceKind::cuda})), expected = cpu.run(lightness);
      CHECK(relative_error(actual.color_logits.values<float>(), expected.color_logits.values<float>()) <
            1e-5);
      const auto again = cuda.run(lightness.to({DeviceKind::cuda}));
      CHECK(relative_error(again.color_logits.values<float>(), expected.color_logits.values<float>()) < 1e-5);
    }
}

TEST_CASE(
    "cuda inference: a run computes by the choices of the moment, not by "
    "those of the shape's first run") {
  InferencePlan plan(small_network().to({DeviceKind::cuda}));
  const Tensor lightness =
      Tensor::from(random_values<float>(16 * 16, 5, -50, 50), {1, 16, 16, 1}, {DeviceKind::cuda});
  const auto logits = [&](ConvolutionChoice convolution, bool tensor_float32) {
    const CudaChoice use(convolution, tensor_float32);
    return plan.run(lightness).color_logits.values<float>();
  };
  const auto exact = logits(ConvolutionChoice::handwritten, false);
  const auto rounded = logits(ConvolutionChoice::handwritten, true);
  CHECK(rounded != exact);
  CHECK(logits(ConvolutionChoice::handwritten, false) == exact);
  CHECK(logits(ConvolutionChoice::handwritten, true) == rounded);
}

TEST_CASE("cuda inference: after the first picture of a size, nothing is allocated") {
  const CudaChoice exact(ConvolutionChoice::handwritten);
  InferencePlan plan(small_network().to({DeviceKind::cuda}));
  const Tensor lightness = Tensor::zeros({1, 16, 16, 1}, DType::float32, {DeviceKind::cuda});
  plan.run(lightness);
  const MemoryStatistics before = cuda_allocator().statistics();
  plan.run(lightness);
  const MemoryStatistics after = cuda_allocator().statistics();
  CHECK(after.in_use == before.in_use);
  CHECK(after.cached == before.cached);
}
