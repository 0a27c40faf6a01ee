// The checks that several functions share. Each throws Error(usage) with a message that starts with the op.
#pragma once
#include <string_view>

#include "core/error.h"
#include "core/tensor.h"

namespace huegrad {

// "8x56x56x32", "undefined"
std::string describe(const Tensor& tensor);

// Defined, floating-point and of rank 4: (N, H, W, C).
void check_image(std::string_view op, const Tensor& x);

// Defined, floating-point, at least one axis (the channels).
void check_channels_last(std::string_view op, const Tensor& x);

// `tensor` is defined and has the dtype, the device and, for the second, also the given shape, as x has them.
void check_same_kind(std::string_view op, std::string_view name, const Tensor& tensor, const Tensor& x);
void check_shape(std::string_view op, std::string_view name, const Tensor& tensor, const Shape& shape,
                 const Tensor& x);

// The same of a parameter, which is stored in the type that values like x are computed in: float beside
// bfloat16.
void check_parameter(std::string_view op, std::string_view name, const Tensor& tensor, const Tensor& x);
void check_parameter_shape(std::string_view op, std::string_view name, const Tensor& tensor,
                           const Shape& shape, const Tensor& x);

// The weight in the storage type of x: itself, or a rounded copy beside bfloat16.
Tensor stored_like(const Tensor& x, const Tensor& weight);

// The product of all extents but the last.
int64_t row_count(const Tensor& x);

// The shape of x with another number of channels.
Shape with_channels(const Tensor& x, int64_t channels);

}  // namespace huegrad
