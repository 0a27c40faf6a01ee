// Functions of device code that <cmath> lacks.
#pragma once
#include <algorithm>
#include <bit>
#include <cmath>

using std::isfinite;
using std::max;
using std::min;

inline float __uint_as_float(unsigned bits) { return std::bit_cast<float>(bits); }
inline unsigned __float_as_uint(float value) { return std::bit_cast<unsigned>(value); }
inline float __expf(float x) { return std::exp(x); }
inline float exp2_approx(float x) { return x < -126 ? 0.0f : std::exp2(x); }
