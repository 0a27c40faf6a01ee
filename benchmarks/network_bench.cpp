// Whole networks: one picture through an inference plan, one step of training.
#include <benchmark/benchmark.h>

#include <cmath>

#include "benchmarks/passes.h"
#include "net/inference_plan.h"
#include "net/initialize.h"
#include "net/summary.h"
#include "net/trainer.h"
#include "tests/support/compare.h"

using namespace huegrad;

namespace {

Tensor random_tensor(const Shape& shape, uint64_t seed, double low, double high) {
  return Tensor::from(test::random_values<float>(element_count(shape), seed, low, high), shape);
}

Tensor random_integers(const Shape& shape, uint64_t seed, int32_t count) {
  const Tensor tensor = Tensor::empty(shape, DType::int32);
  const auto values = test::random_values<double>(tensor.size(), seed, 0, count);
  std::copy(values.begin(), values.end(), tensor.data<int32_t>());
  return tensor;
}

// size: height and width
void inference(benchmark::State& state, const char* preset, int64_t size) {
  const HierarchicalNetwork network(load_preset(preset));
  initialize(network, {.seed = 1});
  InferencePlan plan(network);
  const Tensor lightness = random_tensor({1, size, size, 1}, 2, -50, 50);
  for (auto _ : state) benchmark::DoNotOptimize(plan.run(lightness));
  bench::count_flops(state, summarize(network.config(), 1, size, size).macs);
  state.counters["workspace MiB"] = double(plan.workspace_bytes(lightness.shape())) / (1 << 20);
}

Batch random_batch(const NetworkConfig& network, const TrainConfig& config) {
  const int64_t n = config.batch, size = config.crop, grid = size / 4, k = config.neighbours;
  return {.lightness = random_tensor({n, size, size, 1}, 1, -50, 50),
          .color_index = random_integers({n, grid, grid, k}, 2, int32_t(network.bins)),
          .color_weight = Tensor::full({n, grid, grid, k}, 1.0 / double(k)),
          .color_entropy = Tensor::full({n, grid, grid}, std::log(double(k))),
          .color_rarity = Tensor::full({n, grid, grid}, 1),
          .ab = random_tensor({n, grid, grid, 2}, 3, -80, 80),
          .labels = random_integers({n, grid, grid}, 4, int32_t(network.classes.size())),
          .label_weight = Tensor::full({n, grid, grid}, 1),
          .names = {}};
}

// A step: forward, loss, backward, clipping, AdamW and the moving average.
void training_step(benchmark::State& state, const char* preset, int64_t crop, int64_t batch) {
  const NetworkConfig network = load_preset(preset);
  TrainConfig config;
  config.crop = crop;
  config.batch = batch;
  const Batch pictures = random_batch(network, config);
  TrainingStatistics statistics;
  statistics.lightness = pictures.lightness;
  Trainer trainer(network, config, statistics);
  for (auto _ : state) benchmark::DoNotOptimize(trainer.step(pictures, 0));
  bench::count_flops(state, 3 * summarize(network, batch, crop, crop).macs);
  state.SetItemsProcessed(state.iterations() * batch);  // pictures
}

}  // namespace

BENCHMARK_CAPTURE(inference, tiny, "tiny", 224)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(inference, voc, "voc", 224)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(training_step, tiny, "tiny", 128, 16)->UseRealTime()->Unit(benchmark::kMillisecond);
