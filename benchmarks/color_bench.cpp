#include "kernels/color.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

template <class Backend>
static void srgb_to_lab(benchmark::State& state) {
  const int64_t size = state.range(0);
  std::vector<float> rgb(3 * size), lab(3 * size);
  for (int64_t i = 0; i < 3 * size; ++i) rgb[i] = float(i * 7919 % 256) / 255;
  for (auto _ : state) {
    srgb_to_lab(Backend{}, size, rgb.data(), lab.data());
    benchmark::DoNotOptimize(lab.data());
  }
  state.SetItemsProcessed(state.iterations() * size);
}
BENCHMARK(srgb_to_lab<Reference>)->Arg(1 << 16)->UseRealTime();
BENCHMARK(srgb_to_lab<Cpu>)->Arg(1 << 20)->UseRealTime();

// Half of the colours are outside the gamut: the expensive case.
template <class Backend>
static void lab_to_srgb(benchmark::State& state) {
  const int64_t size = state.range(0);
  std::vector<float> lab(3 * size), rgb(3 * size);
  for (int64_t i = 0; i < size; ++i) {
    lab[3 * i] = float(i % 101);
    lab[3 * i + 1] = float(i * 7919 % 160) - 80;
    lab[3 * i + 2] = float(i * 104729 % 160) - 80;
  }
  for (auto _ : state) {
    lab_to_srgb(Backend{}, size, lab.data(), rgb.data());
    benchmark::DoNotOptimize(rgb.data());
  }
  state.SetItemsProcessed(state.iterations() * size);
}
BENCHMARK(lab_to_srgb<Reference>)->Arg(1 << 16)->UseRealTime();
BENCHMARK(lab_to_srgb<Cpu>)->Arg(1 << 20)->UseRealTime();
