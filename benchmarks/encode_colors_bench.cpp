// A batch of pictures for the network, ten bins a colour.
#include "kernels/encode_colors.h"

#include <benchmark/benchmark.h>

#include <vector>

#include "data/ab_bins.h"

using namespace huegrad;

template <class Backend>
static void encode_colors(benchmark::State& state) {
  const EncodeColorsShape s = {.pictures = 8, .side = state.range(0)};
  const auto cells = size_t(s.encoding().colors);
  const std::vector<PictureFrame> frames(size_t(s.pictures), {0, 0, 0, 0, 1, 0, 1});
  const std::vector<float> bin_rarity(size_t(AbBins::zhang313().count()), 1.0f);
  std::vector<uint8_t> rgb(size_t(s.pictures * s.side * s.side * 3));
  for (size_t i = 0; i < rgb.size(); ++i) rgb[i] = uint8_t(i * 7919 % 256);
  std::vector<float> lightness(rgb.size() / 3), ab(2 * cells), weight(cells * size_t(s.neighbours)),
      entropy(cells), rarity(cells);
  std::vector<int32_t> index(weight.size());
  for (auto _ : state) {
    encode_colors(Backend{}, s, AbBins::zhang313().table(), bin_rarity.data(), frames.data(), rgb.data(),
                  {lightness.data(), ab.data(), index.data(), weight.data(), entropy.data(), rarity.data()});
    benchmark::DoNotOptimize(weight.data());
  }
  state.SetItemsProcessed(state.iterations() * s.pictures);
}
BENCHMARK(encode_colors<Reference>)->Arg(32)->UseRealTime();
BENCHMARK(encode_colors<Cpu>)->Arg(176)->UseRealTime();
