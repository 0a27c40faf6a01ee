// A photograph for the network, a training crop, and colours at the size of a photograph.
#include "kernels/resize.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

template <class Backend, class Sample>
static void resize(benchmark::State& state) {
  const ResizeShape s = {.height = state.range(0),
                         .width = state.range(1),
                         .new_height = state.range(2),
                         .new_width = state.range(3),
                         .channels = state.range(4),
                         .filter = state.range(5) ? ResizeFilter::cubic : ResizeFilter::triangle};
  std::vector<Sample> x(size_t(s.input_size())), y(size_t(s.output_size()));
  for (size_t i = 0; i < x.size(); ++i) x[i] = Sample(i * 7919 % 256);
  for (auto _ : state) {
    resize(Backend{}, s, x.data(), y.data());
    benchmark::DoNotOptimize(y.data());
  }
  state.SetBytesProcessed(state.iterations() * (s.input_size() + s.output_size()) * int64_t(sizeof(Sample)));
}
BENCHMARK(resize<Reference, uint8_t>)->Args({75, 100, 35, 35, 3, 0})->UseRealTime();
BENCHMARK(resize<Cpu, uint8_t>)->Args({375, 375, 176, 176, 3, 0})->UseRealTime();
BENCHMARK(resize<Cpu, float>)
    ->Args({1080, 1920, 224, 224, 1, 0})
    ->Args({56, 56, 540, 960, 2, 1})
    ->UseRealTime();
