// The convolutions of the colour network and of its small preset, each pass; GFLOP/s counts two operations
// per multiply-accumulate of the direct algorithm.
#include "kernels/conv2d.h"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

using namespace huegrad;

namespace {

enum class Pass { forward, backward_data, backward_weight };

void conv2d(benchmark::State& state, const Conv2dShape& s, Pass pass) {
  std::vector<float> x(s.input_size(), 0.5f), w(s.weight_size(), 0.25f), y(s.output_size(), 0.125f);
  for (auto _ : state) {
    if (pass == Pass::forward) conv2d_forward(Cpu{}, s, x.data(), w.data(), {}, y.data());
    if (pass == Pass::backward_data) conv2d_backward_data(Cpu{}, s, w.data(), y.data(), x.data());
    if (pass == Pass::backward_weight) conv2d_backward_weight(Cpu{}, s, x.data(), y.data(), w.data());
    benchmark::ClobberMemory();
  }
  state.counters["FLOP/s"] =
      benchmark::Counter(2.0 * double(s.macs()) * double(state.iterations()), benchmark::Counter::kIsRate);
}

struct Named {
  const char* name;
  Conv2dShape shape;
};

// batch, height, width, in_channels, out_channels, kernel_height, kernel_width, stride, padding, dilation
const Named kShapes[] = {
    {"conv1_1", {4, 112, 112, 1, 64, 3, 3, 1, 1, 1}},
    {"conv1_2", {2, 112, 112, 64, 64, 3, 3, 2, 1, 1}},
    {"conv2_1", {2, 56, 56, 64, 128, 3, 3, 1, 1, 1}},
    {"conv3_2", {1, 56, 56, 256, 256, 3, 3, 1, 1, 1}},
    {"conv4_1", {2, 28, 28, 256, 512, 3, 3, 1, 1, 1}},
    {"conv5_1", {1, 28, 28, 512, 512, 3, 3, 1, 2, 2}},
    {"conv8_1_adjoint", {2, 56, 56, 256, 512, 4, 4, 2, 1, 1}},
    {"bins", {4, 56, 56, 256, 313, 1, 1, 1, 0, 1}},
    {"small_112", {8, 28, 28, 112, 112, 3, 3, 1, 1, 1}},
    {"tiny_32", {16, 16, 16, 32, 32, 3, 3, 1, 1, 1}},
};

const bool kRegistered = [] {
  const std::pair<const char*, Pass> passes[] = {
      {"forward", Pass::forward}, {"data", Pass::backward_data}, {"weight", Pass::backward_weight}};
  for (const Named& named : kShapes)
    for (const auto& [name, pass] : passes)
      benchmark::RegisterBenchmark((std::string("conv2d/") + named.name + "/" + name).c_str(), conv2d,
                                   named.shape, pass)
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
  return true;
}();

}  // namespace
