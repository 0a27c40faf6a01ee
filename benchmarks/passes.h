// What the benchmarks of operations with weights share: three passes of a list of named shapes.
#pragma once
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace huegrad::bench {

enum class Pass { forward, backward_data, backward_weight };

template <class Shape>
struct Named {
  const char* name;
  Shape shape;
};

// Two operations per multiply-accumulate of the direct algorithm, whatever the kernel does.
inline void count_flops(benchmark::State& state, int64_t macs) {
  state.counters["FLOP/s"] =
      benchmark::Counter(2.0 * double(macs) * double(state.iterations()), benchmark::Counter::kIsRate);
}

// Registers PREFIX/NAME/forward, .../data and .../weight, which call run(pass, shape, x, w, y).
template <class Shape, class Run>
void register_passes(const std::string& prefix, const std::vector<Named<Shape>>& shapes, Run run) {
  const std::pair<const char*, Pass> passes[] = {
      {"forward", Pass::forward}, {"data", Pass::backward_data}, {"weight", Pass::backward_weight}};
  for (const Named<Shape>& named : shapes)
    for (const auto& [pass_name, pass] : passes)
      benchmark::RegisterBenchmark((prefix + "/" + named.name + "/" + pass_name).c_str(),
                                   [run, pass = pass, s = named.shape](benchmark::State& state) {
                                     std::vector<float> x(s.input_size(), 0.5f), w(s.weight_size(), 0.25f),
                                         y(s.output_size(), 0.125f);
                                     for (auto _ : state) {
                                       run(pass, s, x.data(), w.data(), y.data());
                                       benchmark::ClobberMemory();
                                     }
                                     count_flops(state, s.macs());
                                   })
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
}

}  // namespace huegrad::bench
