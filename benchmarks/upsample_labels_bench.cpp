// Label maps of photographs, for the classes of VOC and of COCO-stuff.
#include "kernels/upsample_labels.h"

#include <benchmark/benchmark.h>

#include <vector>

using namespace huegrad;

template <class Backend>
static void labels(benchmark::State& state) {
  const UpsampleShape s{.in_height = 56,
                        .in_width = 56,
                        .out_height = state.range(0),
                        .out_width = state.range(1),
                        .channels = state.range(2)};
  std::vector<float> logits(size_t(s.input_size()));
  for (size_t i = 0; i < logits.size(); ++i) logits[i] = float(i * 7919 % 256);
  std::vector<uint8_t> map(size_t(s.out_height * s.out_width));
  for (auto _ : state) {
    upsample_labels(Backend{}, s, logits.data(), map.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * int64_t(map.size()));
}
BENCHMARK(labels<Reference>)->Name("upsample_labels<Reference>")->Args({120, 160, 21})->UseRealTime();
BENCHMARK(labels<Cpu>)
    ->Name("upsample_labels<Cpu>")
    ->Args({375, 500, 21})
    ->Args({1080, 1920, 21})
    ->Args({375, 500, 183})
    ->UseRealTime();
