#include "kernels/batch_norm.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

namespace {

struct Arrays {
  explicit Arrays(const BatchNormShape& s)
      : x(s.rows * s.channels),
        dy(x.size(), 0.5f),
        out(x.size()),
        mean(s.channels),
        variance(s.channels, 1),
        gamma(s.channels, 1),
        beta(s.channels),
        dgamma(s.channels),
        dbeta(s.channels) {
    for (size_t i = 0; i < x.size(); ++i) x[i] = float(i % 13);
  }
  std::vector<float> x, dy, out, mean, variance, gamma, beta, dgamma, dbeta;
};

BatchNormShape shape_of(const benchmark::State& state) {
  return {.rows = state.range(0), .channels = state.range(1)};
}

// passes: how many arrays of (rows, channels) are read or written
void count_bytes(benchmark::State& state, int64_t passes) {
  state.SetBytesProcessed(state.iterations() * state.range(0) * state.range(1) * passes *
                          int64_t(sizeof(float)));
}

}  // namespace

template <class Backend>
static void batch_norm_statistics(benchmark::State& state) {
  const BatchNormShape s = shape_of(state);
  Arrays a(s);
  for (auto _ : state) batch_norm_statistics(Backend{}, s, a.x.data(), a.mean.data(), a.variance.data());
  count_bytes(state, 1);
}

template <class Backend>
static void batch_norm_forward(benchmark::State& state) {
  const BatchNormShape s = shape_of(state);
  Arrays a(s);
  for (auto _ : state)
    batch_norm_forward(Backend{}, s, a.x.data(), a.mean.data(), a.variance.data(), a.gamma.data(),
                       a.beta.data(), a.out.data());
  count_bytes(state, 2);
}

template <class Backend>
static void batch_norm_backward(benchmark::State& state) {
  const BatchNormShape s = shape_of(state);
  Arrays a(s);
  for (auto _ : state)
    batch_norm_backward(Backend{}, s, true, a.x.data(), a.mean.data(), a.variance.data(), a.gamma.data(),
                        a.dy.data(), a.out.data(), a.dgamma.data(), a.dbeta.data());
  count_bytes(state, 5);
}

BENCHMARK(batch_norm_statistics<Cpu>)->Args({8 * 56 * 56, 256})->Args({8 * 28 * 28, 512})->UseRealTime();
BENCHMARK(batch_norm_forward<Cpu>)->Args({8 * 56 * 56, 256})->Args({8 * 28 * 28, 512})->UseRealTime();
BENCHMARK(batch_norm_backward<Cpu>)->Args({8 * 56 * 56, 256})->Args({8 * 28 * 28, 512})->UseRealTime();
BENCHMARK(batch_norm_statistics<Reference>)->Args({56 * 56, 256})->UseRealTime();
