#include "kernels/reduce.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

static void count_bytes(benchmark::State& state, int64_t elements) {
  state.SetBytesProcessed(state.iterations() * elements * int64_t(sizeof(float)));
}

template <class Backend>
static void sum_squares(benchmark::State& state) {
  const std::vector<float> x(state.range(0), 0.5f);
  float total = 0;
  for (auto _ : state) {
    sum_squares(Backend{}, state.range(0), x.data(), &total);
    benchmark::DoNotOptimize(total);
  }
  count_bytes(state, state.range(0));
}
BENCHMARK(sum_squares<Reference>)->Arg(512 * 512 * 9)->UseRealTime();
BENCHMARK(sum_squares<Cpu>)->Arg(512 * 512 * 9)->UseRealTime();

template <class Backend>
static void sum_rows(benchmark::State& state) {
  const int64_t rows = state.range(0), channels = state.range(1);
  const std::vector<float> x(rows * channels, 0.5f);
  std::vector<float> y(channels);
  for (auto _ : state) sum_rows(Backend{}, rows, channels, x.data(), y.data());
  count_bytes(state, rows * channels);
}
BENCHMARK(sum_rows<Cpu>)->Args({8 * 56 * 56, 256})->Args({8 * 56 * 56, 313})->UseRealTime();

template <class Backend>
static void argmax_channels(benchmark::State& state) {
  const int64_t rows = state.range(0), channels = state.range(1);
  std::vector<float> x(rows * channels);
  for (size_t i = 0; i < x.size(); ++i) x[i] = float(i * 7 % 101);
  std::vector<int32_t> index(rows);
  for (auto _ : state) argmax_channels(Backend{}, rows, channels, x.data(), index.data());
  count_bytes(state, rows * channels);
}
BENCHMARK(argmax_channels<Cpu>)->Args({8 * 56 * 56, 21})->Args({8 * 56 * 56, 313})->UseRealTime();
