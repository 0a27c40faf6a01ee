#include "kernels/sgd_step.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

// Reads gradient, velocity, w; writes velocity, w.
template <class Backend>
static void sgd_step(benchmark::State& state) {
  const int64_t size = state.range(0);
  std::vector<float> gradient(size, 0.1f), velocity(size), w(size);
  const SgdOptions options = {.momentum = 0.9, .weight_decay = 1e-3};
  for (auto _ : state) sgd_step(Backend{}, size, options, gradient.data(), velocity.data(), w.data());
  state.SetBytesProcessed(state.iterations() * size * int64_t(5 * sizeof(float)));
}
BENCHMARK(sgd_step<Reference>)->Arg(512 * 512 * 9)->UseRealTime();
BENCHMARK(sgd_step<Cpu>)->Arg(512 * 512 * 9)->UseRealTime();
