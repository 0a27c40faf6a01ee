#include "kernels/joint_bilateral_upsample.h"

#include <benchmark/benchmark.h>

#include <vector>

#include "tests/cases/joint_bilateral_upsample.h"
#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

// Items are taps: a weight, and its use for every channel.
template <class Backend>
static void joint_bilateral_upsample_forward(benchmark::State& state) {
  const JointBilateralShape shape = joint_bilateral_benchmarks()[size_t(state.range(0))];
  const auto x = random_values<float>(shape.input_size(), 1, -80, 80);
  const auto guide = random_values<float>(shape.guide_size(), 2, 100, 140);
  std::vector<float> y(size_t(shape.output_size()));
  for (auto _ : state) {
    joint_bilateral_upsample_forward(Backend{}, shape, x.data(), guide.data(), y.data());
    benchmark::DoNotOptimize(y.data());
  }
  state.SetItemsProcessed(state.iterations() * shape.taps());
}
BENCHMARK(joint_bilateral_upsample_forward<Reference>)->Arg(0)->UseRealTime();
BENCHMARK(joint_bilateral_upsample_forward<Cpu>)->DenseRange(1, 3)->UseRealTime();

template <class Backend>
static void joint_bilateral_upsample_backward(benchmark::State& state) {
  const JointBilateralShape shape = joint_bilateral_benchmarks()[size_t(state.range(0))];
  const auto guide = random_values<float>(shape.guide_size(), 2, 100, 140);
  const auto dy = random_values<float>(shape.output_size(), 3);
  std::vector<float> dx(size_t(shape.input_size()));
  for (auto _ : state) {
    joint_bilateral_upsample_backward(Backend{}, shape, guide.data(), dy.data(), dx.data());
    benchmark::DoNotOptimize(dx.data());
  }
  state.SetItemsProcessed(state.iterations() * shape.taps());
}
BENCHMARK(joint_bilateral_upsample_backward<Reference>)->Arg(0)->UseRealTime();
BENCHMARK(joint_bilateral_upsample_backward<Cpu>)->DenseRange(1, 3)->UseRealTime();
