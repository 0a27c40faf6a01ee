#include "kernels/upsample.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

template <class Backend>
static void upsample(benchmark::State& state) {
  const UpsampleShape s = {.batch = 1,
                           .in_height = 56,
                           .in_width = 56,
                           .out_height = 224,
                           .out_width = 224,
                           .channels = state.range(0)};
  std::vector<float> x(s.input_size(), 1), y(s.output_size()), dx(s.input_size());
  for (auto _ : state) {
    upsample_forward(Backend{}, s, x.data(), y.data());
    upsample_backward(Backend{}, s, y.data(), dx.data());
    benchmark::DoNotOptimize(dx.data());
  }
  state.SetBytesProcessed(state.iterations() * 2 * (s.input_size() + s.output_size()) *
                          int64_t(sizeof(float)));
}
BENCHMARK(upsample<Reference>)->Arg(2)->Arg(64)->UseRealTime();
BENCHMARK(upsample<Cpu>)->Arg(2)->Arg(64)->UseRealTime();
