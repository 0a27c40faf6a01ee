#include "kernels/avg_pool.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

template <class Backend>
static void avg_pool(benchmark::State& state) {
  const Pool2dShape s = {.batch = 8, .in_height = 56, .in_width = 56, .channels = 256};
  const std::vector<float> x(s.input_size(), 1);
  std::vector<float> y(s.output_size()), dx(s.input_size());
  for (auto _ : state) {
    avg_pool_forward(Backend{}, s, x.data(), y.data());
    avg_pool_backward(Backend{}, s, y.data(), dx.data());
    benchmark::DoNotOptimize(dx.data());
  }
  state.SetBytesProcessed(state.iterations() * (2 * s.input_size() + 2 * s.output_size()) *
                          int64_t(sizeof(float)));
}
BENCHMARK(avg_pool<Reference>)->UseRealTime();
BENCHMARK(avg_pool<Cpu>)->UseRealTime();
