#include "benchmarks/harness.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <stdexcept>

#include "kernels/reduce.h"
#include "net/ceilings.h"

namespace huegrad::bench {
namespace {

std::vector<Entry>& registry() {
  static std::vector<Entry> entries;
  return entries;
}

// Measured when first asked for.
const Ceilings& ceilings_of(DeviceKind device, Math math) {
  static std::map<std::pair<bool, Math>, Ceilings> measured;
  const bool on_cuda = device == DeviceKind::cuda;
  const auto [place, is_new] = measured.try_emplace({on_cuda, math});
  if (is_new) {
    if (on_cuda) cuda_context().tensor_float32 = math == Math::tensor_float32;
    place->second = measure_ceilings({on_cuda ? DeviceKind::cuda : DeviceKind::cpu},
                                     math == Math::bfloat16 ? DType::bfloat16 : DType::float32);
  }
  return place->second;
}

// Puts other bytes into the device's caches, so that kernels read from memory as they do in a network: by
// reading them, because what was written would have to leave the caches while the kernel is measured. It also
// keeps the device busy while the host queues what is measured, so that launching is not part of the
// time.
class CacheSweep {
 public:
  explicit CacheSweep(const Entry& entry) {
    constexpr double kWorthIt = 1e6;  // bytes; less is there to be run, not to be judged
    constexpr int64_t kMoreThanCaches = int64_t(128) << 20;
    if (!entry.caches_cold || entry.cost.bytes <= kWorthIt) return;
    memory_ = Tensor::zeros({kMoreThanCaches / int64_t(sizeof(float))}, DType::float32, {DeviceKind::cuda});
    sum_ = Tensor::zeros({1}, DType::float32, {DeviceKind::cuda});
  }
  void operator()() const {
    if (memory_.defined()) sum(cuda_backend(), memory_.size(), memory_.data<float>(), sum_.data<float>());
  }

 private:
  Tensor memory_, sum_;
};

// Both return the seconds that all iterations took.
double measure_on_cuda(benchmark::State& state, const Entry& entry, const std::function<void()>& run) {
  const CacheSweep sweep(entry);
  double total = 0;
  CudaEvent begin(cuda_context()), end(cuda_context());
  for (auto _ : state) {
    sweep();
    begin.record();
    run();
    end.record();
    const double seconds = end.seconds_since(begin);
    state.SetIterationTime(seconds);
    total += seconds;
  }
  return total;
}

double measure_on_host(benchmark::State& state, const std::function<void()>& run) {
  const auto begin = std::chrono::steady_clock::now();
  for (auto _ : state) {
    run();
    benchmark::ClobberMemory();
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void report(benchmark::State& state, const Entry& entry, double seconds) {
  const auto per_second = [&](double amount) {
    return benchmark::Counter(amount, benchmark::Counter::kIsIterationInvariantRate);
  };
  const Cost& cost = entry.cost;
  if (cost.bytes > 0) state.counters["bytes/s"] = per_second(cost.bytes);
  if (cost.flops > 0) state.counters["FLOP/s"] = per_second(cost.flops);
  if (entry.pictures > 0) state.counters["pictures/s"] = per_second(entry.pictures);
  if (cost.bytes + cost.flops == 0) return;
  const Ceilings& ceilings = ceilings_of(entry.device, cost.math);
  const double least =
      std::max(cost.bytes / ceilings.bytes_per_second, cost.flops / ceilings.flops_per_second);
  state.counters["roofline"] = least * double(state.iterations()) / seconds;
}

// Google Benchmark asks again until it has measured for long enough; what was prepared is kept until it asks
// for something else.
const std::function<void()>& prepared(const Entry& entry) {
  static const Entry* whose = nullptr;
  static std::function<void()> run;
  if (whose == &entry) return run;
  whose = nullptr;
  run = nullptr;  // its memory first
  run = entry.prepare();
  run();  // chooses plans, takes scratch memory
  whose = &entry;
  return run;
}

void measure(benchmark::State& state, const Entry& entry) {
  try {
    const std::function<void()>& run = prepared(entry);
    const bool on_cuda = entry.device == DeviceKind::cuda;
    report(state, entry, on_cuda ? measure_on_cuda(state, entry, run) : measure_on_host(state, run));
  } catch (const std::runtime_error& error) {  // a library that is not there, too little memory
    state.SkipWithError(error.what());
  }
}

}  // namespace

void add(Entry entry) { registry().push_back(std::move(entry)); }

const std::vector<Entry>& entries() { return registry(); }

void register_entries() {
  const bool has_cuda = cuda_unavailable().empty();
  for (const Entry& entry : entries()) {
    const bool on_cuda = entry.device == DeviceKind::cuda;
    if (on_cuda && !has_cuda) continue;
    auto* registered = benchmark::RegisterBenchmark(entry.name.c_str(),
                                                    [&](benchmark::State& state) { measure(state, entry); });
    registered->Unit(benchmark::kMicrosecond);
    on_cuda ? registered->UseManualTime() : registered->UseRealTime();
  }
}

}  // namespace huegrad::bench
