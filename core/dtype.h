// Element types of tensors.
#pragma once
#include <cstdint>
#include <string_view>

#include "kernels/float_types.h"

namespace huegrad {

enum class DType { float32, float64, bfloat16, int32, uint8 };

int64_t size_of(DType dtype);  // bytes
std::string_view to_string(DType dtype);
bool is_floating_point(DType dtype);
// What values of this type are computed in and what parameters beside them are stored in: float32 beside
// bfloat16, otherwise the type itself (kernels/float_types.h, Compute).
constexpr DType compute_dtype(DType dtype) { return dtype == DType::bfloat16 ? DType::float32 : dtype; }

// dtype_of<float> == DType::float32 and so on; other element types do not compile.
template <class T>
extern const DType dtype_of;
template <>
inline constexpr DType dtype_of<float> = DType::float32;
template <>
inline constexpr DType dtype_of<double> = DType::float64;
template <>
inline constexpr DType dtype_of<bfloat16> = DType::bfloat16;
template <>
inline constexpr DType dtype_of<int32_t> = DType::int32;
template <>
inline constexpr DType dtype_of<uint8_t> = DType::uint8;

}  // namespace huegrad
