// From predicted colours to the finished picture, at the sizes of photographs.
#include "kernels/colorize_pixels.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

template <class Backend>
static void colorize(benchmark::State& state) {
  const ColorizePixelsShape s = {
      {.low_height = 56, .low_width = 56, .high_height = state.range(0), .high_width = state.range(1)}, 3};
  const std::vector<float> ab(size_t(s.upsample.input_size()), 20.0f);
  std::vector<uint8_t> picture(size_t(s.pixels() * 3)), out(picture.size());
  for (size_t i = 0; i < picture.size(); ++i) picture[i] = uint8_t(i * 7 % 256);
  for (auto _ : state) {
    colorize_pixels(Backend{}, s, ab.data(), picture.data(), out.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * s.pixels());
}
BENCHMARK(colorize<Reference>)->Name("colorize_pixels<Reference>")->Args({120, 160})->UseRealTime();
BENCHMARK(colorize<Cpu>)->Name("colorize_pixels<Cpu>")->Args({375, 500})->Args({1080, 1920})->UseRealTime();
