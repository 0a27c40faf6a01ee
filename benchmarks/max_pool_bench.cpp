#include "kernels/max_pool.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

template <class Backend>
static void max_pool(benchmark::State& state) {
  const Pool2dShape s = {.batch = 8, .in_height = 56, .in_width = 56, .channels = 256};
  const std::vector<float> x(s.input_size(), 1);
  std::vector<float> y(s.output_size()), dx(s.input_size());
  std::vector<int32_t> argmax(s.output_size());
  for (auto _ : state) {
    max_pool_forward(Backend{}, s, x.data(), y.data(), argmax.data());
    max_pool_backward(Backend{}, s, argmax.data(), y.data(), dx.data());
    benchmark::DoNotOptimize(dx.data());
  }
  state.SetBytesProcessed(state.iterations() * (2 * s.input_size() + 4 * s.output_size()) *
                          int64_t(sizeof(float)));
}
BENCHMARK(max_pool<Reference>)->UseRealTime();
BENCHMARK(max_pool<Cpu>)->UseRealTime();
