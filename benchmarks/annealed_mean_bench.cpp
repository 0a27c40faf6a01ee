#include "kernels/annealed_mean.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

template <class Backend>
static void annealed_mean(benchmark::State& state) {
  const AnnealedMeanShape s = {.rows = state.range(0), .bins = state.range(1)};
  std::vector<float> logits(s.rows * s.bins), centers(2 * s.bins, 10), ab(2 * s.rows);
  for (size_t i = 0; i < logits.size(); ++i) logits[i] = float(i % 17) - 8;
  for (auto _ : state) {
    annealed_mean_forward(Backend{}, s, logits.data(), centers.data(), ab.data());
    benchmark::DoNotOptimize(ab.data());
  }
  state.SetBytesProcessed(state.iterations() * s.rows * s.bins * int64_t(sizeof(float)));
}
BENCHMARK(annealed_mean<Reference>)->Args({56 * 56, 313})->UseRealTime();
BENCHMARK(annealed_mean<Cpu>)->Args({56 * 56, 313})->Args({8 * 56 * 56, 313})->UseRealTime();
