#include "kernels/strided_copy.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

// One half of a concatenation of two 256-channel images.
template <class Backend>
static void strided_copy(benchmark::State& state) {
  const StridedCopyShape s = {.rows = 8 * 28 * 28, .length = 256, .x_stride = 256, .y_stride = 512};
  const std::vector<float> x(s.rows * s.x_stride, 1);
  std::vector<float> y(s.rows * s.y_stride);
  for (auto _ : state) {
    strided_copy(Backend{}, s, x.data(), y.data());
    benchmark::DoNotOptimize(y.data());
  }
  state.SetBytesProcessed(state.iterations() * s.rows * s.length * int64_t(2 * sizeof(float)));
}
BENCHMARK(strided_copy<Reference>)->UseRealTime();
BENCHMARK(strided_copy<Cpu>)->UseRealTime();
