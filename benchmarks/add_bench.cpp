#include "kernels/add.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

template <class Backend>
static void add(benchmark::State& state) {
  const int64_t size = state.range(0);
  const std::vector<float> a(size, 1), b(size, 2);
  std::vector<float> y(size);
  for (auto _ : state) {
    add(Backend{}, size, a.data(), b.data(), y.data());
    benchmark::DoNotOptimize(y.data());
  }
  state.SetBytesProcessed(state.iterations() * size * int64_t(3 * sizeof(float)));
}
BENCHMARK(add<Reference>)->Arg(56 * 56 * 256)->UseRealTime();
BENCHMARK(add<Cpu>)->Arg(8 * 56 * 56 * 256)->UseRealTime();
