#include "net/varied_values.h"

#include <algorithm>

namespace huegrad {
namespace {

// Floats in host memory, every value once.
Tensor one_period(double low, double high) {
  constexpr int64_t kPeriod = 65521, kStep = 40503;  // coprime
  const Tensor values = Tensor::empty({kPeriod});
  float* to = values.data<float>();
  for (int64_t i = 0; i < kPeriod; ++i)
    to[i] = float(low + (high - low) * double(i * kStep % kPeriod) / double(kPeriod));
  return values;
}

// (size) of the period's values, from its beginning whenever it is over.
Tensor repeated(const Tensor& period, int64_t size) {
  const Tensor values = Tensor::empty({size}, period.dtype(), period.device());
  const Tensor* from = &period;
  for (int64_t known = 0; known < size;) {
    const int64_t more = std::min(known > 0 ? known : period.size(), size - known);
    values.narrow(known, more).copy_from(from->narrow(0, more));
    known += more;
    from = &values;
  }
  return values;
}

}  // namespace

Tensor varied_values(int64_t size, double low, double high, DType dtype, Device device) {
  return repeated(one_period(low, high).to(device).to(dtype), size);
}

Tensor varied_integers(int64_t size, int32_t count, DType dtype, Device device) {
  return repeated(one_period(0, count).to(dtype).to(device), size);
}

}  // namespace huegrad
