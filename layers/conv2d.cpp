#include "layers/conv2d.h"

#include "kernels/conv2d.h"
#include "layers/checks.h"
#include "layers/convolution.h"

namespace huegrad {
namespace {

Conv2dShape conv2d_shape(const Tensor& x, const Tensor& weight, const Tensor& bias,
                         const Conv2dOptions& options) {
  check_image("conv2d", x);
  check_parameter("conv2d", "weight", weight, x);
  check(weight.rank() == 4, "conv2d", "weight must be (out, height, width, in channels), it is {}",
        describe(weight));
  check(weight.extent(3) == x.extent(3), "conv2d", "weight expects {} input channels, x has {} (x {})",
        weight.extent(3), x.extent(3), describe(x));
  check(options.stride >= 1 && options.padding >= 0 && options.dilation >= 1, "conv2d",
        "stride {}, padding {}, dilation {} is not possible", options.stride, options.padding,
        options.dilation);
  if (bias.defined()) check_parameter_shape("conv2d", "bias", bias, {weight.extent(0)}, x);
  const Conv2dShape shape = {x.extent(0),      x.extent(1),      x.extent(2),      x.extent(3),
                             weight.extent(0), weight.extent(1), weight.extent(2), options.stride,
                             options.padding,  options.dilation};
  const auto covered = [&](int64_t extent, int64_t kernel) {
    return kernel >= 1 && extent + 2 * options.padding > options.dilation * (kernel - 1);
  };
  check(covered(shape.in_height, shape.kernel_height) && covered(shape.in_width, shape.kernel_width),
        "conv2d", "x {} with padding {} is smaller than the kernel {} with dilation {}", describe(x),
        options.padding, describe(weight), options.dilation);
  return shape;
}

struct Kernels {
  static void forward(auto... arguments) { conv2d_forward(arguments...); }
  static void backward_data(auto... arguments) { conv2d_backward_data(arguments...); }
  static void backward_weight(auto... arguments) { conv2d_backward_weight(arguments...); }
};

}  // namespace

Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias, const Conv2dOptions& options) {
  return convolution<Kernels>("conv2d", conv2d_shape(x, weight, bias, options), x, weight, bias,
                              options.relu);
}

}  // namespace huegrad
