#include "kernels/cast.h"

namespace huegrad {
namespace {

// Sixteen-bit types convert by way of float.
template <class To, class From>
To convert(From value) {
  constexpr bool sixteen_bits = sizeof(From) == 2 || sizeof(To) == 2;
  if constexpr (sixteen_bits)
    return To(float(value));
  else
    return To(value);
}

}  // namespace

template <class From, class To>
void cast(Reference, int64_t size, const From* x, To* y) {
  for (int64_t i = 0; i < size; ++i) y[i] = convert<To>(x[i]);
}

#define HUEGRAD_CAST(From, To) template void cast(Reference, int64_t, const From*, To*);
#define HUEGRAD_CASTS(Real, Other) HUEGRAD_CAST(Real, Other) HUEGRAD_CAST(Other, Real)
HUEGRAD_CAST(float, float)
HUEGRAD_CAST(double, double)
HUEGRAD_CASTS(float, double)
HUEGRAD_CASTS(float, bfloat16)
HUEGRAD_CASTS(float, float16)
HUEGRAD_CASTS(float, int32_t)
HUEGRAD_CASTS(float, uint8_t)
HUEGRAD_CASTS(double, bfloat16)
HUEGRAD_CASTS(double, float16)
HUEGRAD_CASTS(double, int32_t)
HUEGRAD_CASTS(double, uint8_t)
#undef HUEGRAD_CASTS
#undef HUEGRAD_CAST

}  // namespace huegrad
