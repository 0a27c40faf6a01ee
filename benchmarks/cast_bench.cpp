#include "kernels/cast.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

template <class Backend, class From, class To>
static void cast(benchmark::State& state) {
  const int64_t size = state.range(0);
  const std::vector<From> x(size, From(1));
  std::vector<To> y(size);
  for (auto _ : state) {
    cast(Backend{}, size, x.data(), y.data());
    benchmark::DoNotOptimize(y.data());
  }
  state.SetBytesProcessed(state.iterations() * size * int64_t(sizeof(From) + sizeof(To)));
}
BENCHMARK(cast<Reference, float, bfloat16>)->Arg(56 * 56 * 256)->UseRealTime();
BENCHMARK(cast<Cpu, float, bfloat16>)->Arg(8 * 56 * 56 * 256)->UseRealTime();
BENCHMARK(cast<Cpu, bfloat16, float>)->Arg(8 * 56 * 56 * 256)->UseRealTime();
BENCHMARK(cast<Cpu, float, float16>)->Arg(8 * 56 * 56 * 256)->UseRealTime();
BENCHMARK(cast<Cpu, float16, float>)->Arg(8 * 56 * 56 * 256)->UseRealTime();
BENCHMARK(cast<Cpu, uint8_t, float>)->Arg(8 * 224 * 224 * 3)->UseRealTime();
