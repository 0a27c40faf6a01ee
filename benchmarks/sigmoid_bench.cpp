#include "kernels/sigmoid.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

template <class Backend>
static void sigmoid(benchmark::State& state) {
  const int64_t size = state.range(0);
  const std::vector<float> x(size, 1);
  std::vector<float> y(size);
  for (auto _ : state) {
    sigmoid_forward(Backend{}, size, x.data(), y.data());
    benchmark::DoNotOptimize(y.data());
  }
  state.SetBytesProcessed(state.iterations() * size * int64_t(2 * sizeof(float)));
}
BENCHMARK(sigmoid<Reference>)->Arg(56 * 56 * 256)->UseRealTime();
BENCHMARK(sigmoid<Cpu>)->Arg(8 * 56 * 56 * 256)->UseRealTime();
