// The colours of a picture's grid.
#include "kernels/soft_encode.h"

#include <benchmark/benchmark.h>

#include <vector>

#include "data/ab_bins.h"

using namespace huegrad;

template <class Backend>
static void soft_encode(benchmark::State& state) {
  const SoftEncodeShape s = {.colors = 44 * 44, .neighbours = int(state.range(0))};
  std::vector<float> ab(size_t(2 * s.colors)), weight(size_t(s.colors * s.neighbours)),
      entropy(size_t(s.colors));
  std::vector<int32_t> index(weight.size());
  for (size_t i = 0; i < ab.size(); ++i) ab[i] = float(i * 7919 % 1600) / 10 - 80;
  for (auto _ : state) {
    soft_encode(Backend{}, s, AbBins::zhang313().table(), ab.data(), index.data(), weight.data(),
                entropy.data());
    benchmark::DoNotOptimize(weight.data());
  }
  state.SetItemsProcessed(state.iterations() * s.colors);
}
BENCHMARK(soft_encode<Reference>)->Arg(10)->UseRealTime();
BENCHMARK(soft_encode<Cpu>)->Arg(5)->Arg(10)->UseRealTime();
