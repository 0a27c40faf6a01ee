// Values for measurements.
#pragma once
#include <cstdint>

#include "core/tensor.h"

namespace huegrad {

// (size) values between low and high, the same every time and of all kinds: products of equal ones take less
// power, so that a GPU runs them faster than any real ones. Made where `device` computes, in no more time
// than a few copies.
Tensor varied_values(int64_t size, double low, double high, DType dtype, Device device);
// The same with integers, 0 .. count - 1.
Tensor varied_integers(int64_t size, int32_t count, DType dtype, Device device);

}  // namespace huegrad
