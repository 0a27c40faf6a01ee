#include "kernels/adam_step.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

// Reads gradient, m, v, w; writes m, v, w.
template <class Backend>
static void adam_step(benchmark::State& state) {
  const int64_t size = state.range(0);
  std::vector<float> gradient(size, 0.1f), m(size), v(size), w(size);
  int64_t step = 0;
  for (auto _ : state)
    adam_step(Backend{}, size, {.weight_decay = 1e-3}, ++step, gradient.data(), m.data(), v.data(), w.data());
  state.SetBytesProcessed(state.iterations() * size * int64_t(7 * sizeof(float)));
}
BENCHMARK(adam_step<Reference>)->Arg(512 * 512 * 9)->UseRealTime();
BENCHMARK(adam_step<Cpu>)->Arg(512 * 512 * 9)->UseRealTime();
