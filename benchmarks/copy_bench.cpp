// The yardstick of memory-bound kernels: what the C library and the driver copy.
#include <cstring>

#include "benchmarks/shapes.h"
#include "kernels/parallel.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

constexpr int64_t kGrain = 1 << 14;  // values that are worth a thread

void copy(Reference, int64_t size, const float* x, float* y) { std::copy_n(x, size, y); }
void copy(Cpu, int64_t size, const float* x, float* y) {
  parallel_for(0, size, kGrain, [&](int64_t first, int64_t last) {
    std::memcpy(y + first, x + first, size_t(last - first) * sizeof(float));
  });
}
void copy(Cuda cuda, int64_t size, const float* x, float* y) {
  cuda.context->copy(y, x, size * int64_t(sizeof(float)), CudaCopy::within_device);
}

const bool kCopy = in_float("copy", activations(), [](auto on, const Image& s) {
  const auto x = on.values(s.size()), y = on.values(s.size());
  return Work{[=] { copy(on.backend(), s.size(), x.data(), y.data()); }, {.bytes = bytes_of(x, y)}};
});

}  // namespace
