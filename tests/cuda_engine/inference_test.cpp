// Colouring on the CUDA device against the CPU's.
#include <doctest/doctest.h>

#include "core/allocator.h"
#include "net/colorizer.h"
#include "tests/support/compare.h"
#include "tests/support/cuda_choice.h"
#include "tests/support/pictures.h"
#include "tests/support/small_network.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

int largest_step(const Image& a, const Image& b) {
  REQUIRE(a.samples8.size() == b.samples8.size());
  int largest = 0;
  for (size_t i = 0; i < a.samples8.size(); ++i)
    largest = std::max(largest, std::abs(int(a.samples8[i]) - int(b.samples8[i])));
  return largest;
}

}  // namespace

// Twenty layers pile up the roundings of their inputs: 2^-11 each in TF32, 2^-9 in bfloat16.
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

TEST_CASE("cuda inference: pictures of every kind come out as on the CPU, to one 8-bit level") {
  const HierarchicalNetwork network = small_network(), on_cuda = network.to({DeviceKind::cuda});
  const CudaChoice exact(ConvolutionChoice::handwritten);
  for (bool jbu : {true, false}) {
    ColorizeOptions options;
    options.working_size.size = 32;
    options.jbu = jbu;
    Colorizer cpu(network, options), cuda(on_cuda, options);
    for (int64_t channels : {1, 2, 3, 4}) {
      CAPTURE(channels);
      CAPTURE(jbu);
      const Image picture = noise(50, 37, channels);
      CHECK(largest_step(cuda.colorize(picture), cpu.colorize(picture)) <= 1);
    }
    const Image deep = noise(20, 30, 3, 16), a = cuda.colorize(deep), b = cpu.colorize(deep);
    int largest = 0;
    for (size_t i = 0; i < a.samples16.size(); ++i)
      largest = std::max(largest, std::abs(int(a.samples16[i]) - int(b.samples16[i])));
    CHECK(largest <= 64);  // a quarter of an 8-bit level
  }
}

TEST_CASE("cuda inference: the graphs of several shapes do not get into each other's way") {
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
    "cuda inference: a run computes by the choices of the moment, not by those of the shape's first run") {
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
  CHECK(logits(ConvolutionChoice::naive, false) != exact);  // sums in another order
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
