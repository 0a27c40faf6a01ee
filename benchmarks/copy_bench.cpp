// The yardstick of memory-bound kernels: what all threads together copy. Bytes count reading and writing.
#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "kernels/parallel.h"

using namespace huegrad;

static void copy(benchmark::State& state) {
  const int64_t size = state.range(0);
  const std::vector<float> x(size, 1);
  std::vector<float> y(size);
  for (auto _ : state) {
    parallel_for(0, size, 1 << 14, [&](int64_t first, int64_t last) {
      std::memcpy(y.data() + first, x.data() + first, size_t(last - first) * sizeof(float));
    });
    benchmark::DoNotOptimize(y.data());
  }
  state.SetBytesProcessed(state.iterations() * size * int64_t(2 * sizeof(float)));
}
BENCHMARK(copy)->Arg(512 * 512 * 9)->Arg(8 * 56 * 56 * 256)->Arg(8 * 112 * 112 * 64)->UseRealTime();
