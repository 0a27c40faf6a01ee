#include "kernels/softmax_cross_entropy.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

static const float kScale = 0.125f;

// Logits are read and gradients written: two floats a class.
static void count_bytes(benchmark::State& state, const SoftmaxCrossEntropyShape& s) {
  state.SetBytesProcessed(state.iterations() * s.rows * s.classes * int64_t(2 * sizeof(float)));
}

template <class Backend>
static void soft_targets(benchmark::State& state) {
  const SoftmaxCrossEntropyShape s = {
      .rows = state.range(0), .classes = state.range(1), .targets_per_row = state.range(2)};
  std::vector<float> logits(s.rows * s.classes), dlogits(s.rows * s.classes), loss(s.rows);
  for (size_t i = 0; i < logits.size(); ++i) logits[i] = float(i % 17) - 8;
  std::vector<int32_t> index(s.rows * s.targets_per_row);
  for (size_t i = 0; i < index.size(); ++i) index[i] = int32_t(i * 31 % size_t(s.classes));
  const std::vector<float> weight(index.size(), 1.0f / float(s.targets_per_row)), row_weight(s.rows, 1.5f);
  const SparseTargets<float> targets = {
      .index = index.data(), .weight = weight.data(), .row_weight = row_weight.data()};
  for (auto _ : state) {
    softmax_cross_entropy(Backend{}, s, logits.data(), targets, &kScale, loss.data(), dlogits.data());
    benchmark::DoNotOptimize(dlogits.data());
  }
  count_bytes(state, s);
}
BENCHMARK(soft_targets<Reference>)
    ->Name("softmax_cross_entropy_soft<Reference>")
    ->Args({56 * 56, 313, 10})
    ->UseRealTime();
BENCHMARK(soft_targets<Cpu>)
    ->Name("softmax_cross_entropy_soft<Cpu>")
    ->Args({8 * 56 * 56, 313, 10})
    ->UseRealTime();

template <class Backend>
static void integer_targets(benchmark::State& state) {
  const SoftmaxCrossEntropyShape s = {.rows = state.range(0), .classes = state.range(1)};
  const std::vector<float> logits(s.rows * s.classes, 0.5f);
  std::vector<float> dlogits(s.rows * s.classes), loss(s.rows);
  const std::vector<int32_t> index(s.rows, 3);
  const IntegerTargets<float> targets = {
      .index = index.data(), .class_weight = nullptr, .row_weight = nullptr};
  for (auto _ : state) {
    softmax_cross_entropy(Backend{}, s, logits.data(), targets, &kScale, loss.data(), dlogits.data());
    benchmark::DoNotOptimize(dlogits.data());
  }
  count_bytes(state, s);
}
BENCHMARK(integer_targets<Cpu>)
    ->Name("softmax_cross_entropy_integer<Cpu>")
    ->Args({8 * 56 * 56, 21})
    ->UseRealTime();
BENCHMARK(integer_targets<Cpu>)
    ->Name("softmax_cross_entropy_integer<Cpu>")
    ->Args({8 * 56 * 56, 183})
    ->UseRealTime();
