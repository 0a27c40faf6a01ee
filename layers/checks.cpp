#include "layers/checks.h"

namespace huegrad {

std::string describe(const Tensor& tensor) {
  return tensor.defined() ? to_string(tensor.shape()) : "undefined";
}

void check_channels_last(std::string_view op, const Tensor& x) {
  check(x.defined() && x.rank() >= 1, op, "x must be (..., channels), it is {}", describe(x));
  check(is_floating_point(x.dtype()), op, "x must be floating-point, not {}", to_string(x.dtype()));
}

void check_image(std::string_view op, const Tensor& x) {
  check_channels_last(op, x);
  check(x.rank() == 4, op, "x must be (batch, height, width, channels), it is {}", describe(x));
}

namespace {

void check_kind(std::string_view op, std::string_view name, const Tensor& tensor, DType dtype,
                const Tensor& x) {
  check(tensor.defined(), op, "{} is undefined", name);
  check(tensor.dtype() == dtype, op, "{} is {}, x is {}", name, to_string(tensor.dtype()),
        to_string(x.dtype()));
  check(tensor.device() == x.device(), op, "{} is on {}, x on {}", name, to_string(tensor.device()),
        to_string(x.device()));
}

void check_extents(std::string_view op, std::string_view name, const Tensor& tensor, const Shape& shape,
                   const Tensor& x) {
  check(tensor.shape() == shape, op, "{} must be {}, it is {} (x {})", name, to_string(shape),
        describe(tensor), describe(x));
}

}  // namespace

void check_same_kind(std::string_view op, std::string_view name, const Tensor& tensor, const Tensor& x) {
  check_kind(op, name, tensor, x.dtype(), x);
}

void check_shape(std::string_view op, std::string_view name, const Tensor& tensor, const Shape& shape,
                 const Tensor& x) {
  check_same_kind(op, name, tensor, x);
  check_extents(op, name, tensor, shape, x);
}

void check_parameter(std::string_view op, std::string_view name, const Tensor& tensor, const Tensor& x) {
  check_kind(op, name, tensor, compute_dtype(x.dtype()), x);
}

void check_parameter_shape(std::string_view op, std::string_view name, const Tensor& tensor,
                           const Shape& shape, const Tensor& x) {
  check_parameter(op, name, tensor, x);
  check_extents(op, name, tensor, shape, x);
}

Tensor stored_like(const Tensor& x, const Tensor& weight) {
  return x.dtype() == weight.dtype() ? weight.detach() : weight.to(x.dtype());
}

int64_t row_count(const Tensor& x) {
  int64_t rows = 1;
  for (int64_t axis = 0; axis + 1 < x.rank(); ++axis) rows *= x.extent(axis);
  return rows;
}

Shape with_channels(const Tensor& x, int64_t channels) {
  Shape shape = x.shape();
  shape.back() = channels;
  return shape;
}

}  // namespace huegrad
