// cast: converts storage types. float -> bfloat16/float16 rounds to nearest even.
#pragma once
#include <cstdint>

#include "kernels/backend.h"
#include "kernels/float_types.h"

namespace huegrad {

// From, To: float, double, bfloat16, float16, int32_t, uint8_t with float or double on one side. To an
// integer the fraction is cut off and the value must fit; between double and sixteen bits the value passes
// through float.
template <class From, class To>
void cast(Reference, int64_t size, const From* x, To* y);

void cast(Cpu, int64_t size, const float* x, bfloat16* y);
void cast(Cpu, int64_t size, const bfloat16* x, float* y);
void cast(Cpu, int64_t size, const float* x, float16* y);
void cast(Cpu, int64_t size, const float16* x, float* y);
void cast(Cpu, int64_t size, const uint8_t* x, float* y);

void cast(Cuda, int64_t size, const float* x, bfloat16* y);
void cast(Cuda, int64_t size, const bfloat16* x, float* y);
void cast(Cuda, int64_t size, const uint8_t* x, float* y);

}  // namespace huegrad
