#include "kernels/relu.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

template <class Backend>
static void relu(benchmark::State& state) {
  const int64_t size = state.range(0);
  std::vector<float> x(size, 1), y(size);
  for (auto _ : state) {
    relu_forward(Backend{}, size, x.data(), y.data());
    benchmark::DoNotOptimize(y.data());
  }
  state.SetBytesProcessed(state.iterations() * size * int64_t(2 * sizeof(float)));
}
BENCHMARK(relu<Reference>)->Arg(8 * 112 * 112 * 64)->UseRealTime();
BENCHMARK(relu<Cpu>)->Arg(8 * 112 * 112 * 64)->UseRealTime();
