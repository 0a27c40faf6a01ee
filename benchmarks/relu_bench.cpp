#include "kernels/relu.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

template <class Backend>
static void relu_forward(benchmark::State& state) {
  const int64_t size = state.range(0);
  std::vector<float> x(size, 1), y(size);
  for (auto _ : state) {
    relu_forward(Backend{}, size, x.data(), y.data());
    benchmark::DoNotOptimize(y.data());
  }
  state.SetBytesProcessed(state.iterations() * size * int64_t(2 * sizeof(float)));
}
BENCHMARK(relu_forward<Reference>)->Arg(56 * 56 * 256)->UseRealTime();
BENCHMARK(relu_forward<Cpu>)->Arg(8 * 112 * 112 * 64)->UseRealTime();

template <class Backend>
static void relu_backward(benchmark::State& state) {
  const int64_t size = state.range(0);
  std::vector<float> y(size, 1), dy(size, 1), dx(size);
  for (auto _ : state) {
    relu_backward(Backend{}, size, y.data(), dy.data(), dx.data());
    benchmark::DoNotOptimize(dx.data());
  }
  state.SetBytesProcessed(state.iterations() * size * int64_t(3 * sizeof(float)));
}
BENCHMARK(relu_backward<Cpu>)->Arg(8 * 112 * 112 * 64)->UseRealTime();
