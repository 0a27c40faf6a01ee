#include "layers/conv2d.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/conv2d.h"
#include "kernels/reduce.h"
#include "kernels/relu.h"
#include "layers/checks.h"

namespace huegrad {
namespace {

Conv2dShape conv2d_shape(const Tensor& x, const Tensor& weight, const Tensor& bias,
                         const Conv2dOptions& options) {
  check_image("conv2d", x);
  check_same_kind("conv2d", "weight", weight, x);
  check(weight.rank() == 4, "conv2d", "weight must be (out, height, width, in channels), it is {}",
        describe(weight));
  check(weight.extent(3) == x.extent(3), "conv2d", "weight expects {} input channels, x has {} (x {})",
        weight.extent(3), x.extent(3), describe(x));
  check(options.stride >= 1 && options.padding >= 0 && options.dilation >= 1, "conv2d",
        "stride {}, padding {}, dilation {} is not possible", options.stride, options.padding,
        options.dilation);
  if (bias.defined()) check_shape("conv2d", "bias", bias, {weight.extent(0)}, x);
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

}  // namespace

Tensor conv2d(const Tensor& x, const Tensor& weight, const Tensor& bias, const Conv2dOptions& options) {
  const Conv2dShape shape = conv2d_shape(x, weight, bias, options);
  const Tensor y = Tensor::empty({shape.batch, shape.out_height(), shape.out_width(), shape.out_channels},
                                 x.dtype(), x.device());
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    const Conv2dEpilogue<Real> epilogue = {bias.defined() ? bias.data<Real>() : nullptr, options.relu};
    conv2d_forward(backend, shape, x.data<Real>(), weight.data<Real>(), epilogue, y.data<Real>());
  });
  const Tensor mask = options.relu ? y.detach() : Tensor();
  return record("conv2d", y, {x, weight, bias}, [=](const Tensor& dy, Gradients& gradients) {
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      Real* d = dy.data<Real>();
      if (mask.defined()) relu_backward(backend, dy.size(), mask.data<Real>(), d, d);
      if (gradients.wants(0)) {
        const Tensor dx = x.empty_like();
        conv2d_backward_data(backend, shape, weight.data<Real>(), d, dx.data<Real>());
        gradients.add(0, dx);
      }
      if (gradients.wants(1)) {
        const Tensor dw = weight.empty_like();
        conv2d_backward_weight(backend, shape, x.data<Real>(), d, dw.data<Real>());
        gradients.add(1, dw);
      }
      if (gradients.wants(2)) {
        const Tensor db = bias.empty_like();
        sum_rows(backend, row_count(dy), shape.out_channels, d, db.data<Real>());
        gradients.add(2, db);
      }
    });
  });
}

}  // namespace huegrad
