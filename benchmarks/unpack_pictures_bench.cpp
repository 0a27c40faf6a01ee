// A batch of random crops for the network.
#include "kernels/unpack_pictures.h"

#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

using namespace huegrad;

template <class Backend>
static void unpack_pictures(benchmark::State& state) {
  const PictureBytes s = {.pictures = 8, .side = state.range(0), .longest = state.range(1)};
  const auto extent = int32_t(s.longest);
  const int64_t picture = s.longest * s.longest * 3;
  std::vector<uint8_t> bytes(size_t(s.pixels_offset() + s.pictures * picture)), rgb(size_t(3 * s.pixels()));
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = uint8_t(i * 7919 % 256);
  for (int64_t n = 0; n < s.pictures; ++n) {
    const PictureFrame frame = {s.pixels_offset() + n * picture, extent, extent, int32_t(n % 2), 1, 0, 1};
    std::memcpy(bytes.data() + n * int64_t(sizeof(frame)), &frame, sizeof(frame));
  }
  std::vector<int32_t> label(size_t(s.grid_size()));
  std::vector<float> label_weight(label.size());
  for (auto _ : state) {
    unpack_pictures(Backend{}, s, bytes.data(), rgb.data(), label.data(), label_weight.data());
    benchmark::DoNotOptimize(rgb.data());
  }
  state.SetItemsProcessed(state.iterations() * s.pictures);
}
BENCHMARK(unpack_pictures<Reference>)->Args({32, 50})->UseRealTime();
BENCHMARK(unpack_pictures<Cpu>)->Args({176, 224})->Args({176, 500})->UseRealTime();
