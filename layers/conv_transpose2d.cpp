#include "layers/conv_transpose2d.h"

#include "kernels/conv_transpose2d.h"
#include "layers/checks.h"
#include "layers/convolution.h"

namespace huegrad {
namespace {

ConvTranspose2dShape conv_transpose2d_shape(const Tensor& x, const Tensor& weight, const Tensor& bias,
                                            const Conv2dOptions& options) {
  constexpr auto kOp = "conv_transpose2d";
  check_image(kOp, x);
  check_parameter(kOp, "weight", weight, x);
  check(weight.rank() == 4 && weight.size() > 0, kOp,
        "weight must be (in, height, width, out channels), it is {}", describe(weight));
  check(weight.extent(0) == x.extent(3), kOp, "weight expects {} input channels, x has {} (x {})",
        weight.extent(0), x.extent(3), describe(x));
  check(options.stride >= 1 && options.padding >= 0 && options.dilation >= 1, kOp,
        "stride {}, padding {}, dilation {} is not possible", options.stride, options.padding,
        options.dilation);
  if (bias.defined()) check_parameter_shape(kOp, "bias", bias, {weight.extent(3)}, x);
  const ConvTranspose2dShape shape = {x.extent(0),      x.extent(1),      x.extent(2),      x.extent(3),
                                      weight.extent(3), weight.extent(1), weight.extent(2), options.stride,
                                      options.padding,  options.dilation};
  check(shape.in_height >= 1 && shape.in_width >= 1 && shape.out_height() >= 1 && shape.out_width() >= 1, kOp,
        "x {}, kernel {}, stride {} and padding {} leave an output of {}x{}", describe(x), describe(weight),
        options.stride, options.padding, shape.out_height(), shape.out_width());
  return shape;
}

struct Kernels {
  static void forward(auto... arguments) { conv_transpose2d_forward(arguments...); }
  static void backward_data(auto... arguments) { conv_transpose2d_backward_data(arguments...); }
  static void backward_weight(auto... arguments) { conv_transpose2d_backward_weight(arguments...); }
};

}  // namespace

Tensor conv_transpose2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const Conv2dOptions& options) {
  return convolution<Kernels>("conv_transpose2d", conv_transpose2d_shape(x, weight, bias, options), x, weight,
                              bias, options.relu);
}

}  // namespace huegrad
