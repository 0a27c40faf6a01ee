#include "layers/conv_transpose2d.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/conv_transpose2d.h"
#include "kernels/reduce.h"
#include "kernels/relu.h"
#include "layers/checks.h"

namespace huegrad {
namespace {

ConvTranspose2dShape conv_transpose2d_shape(const Tensor& x, const Tensor& weight, const Tensor& bias,
                                            const Conv2dOptions& options) {
  constexpr auto kOp = "conv_transpose2d";
  check_image(kOp, x);
  check_same_kind(kOp, "weight", weight, x);
  check(weight.rank() == 4 && weight.size() > 0, kOp,
        "weight must be (in, height, width, out channels), it is {}", describe(weight));
  check(weight.extent(0) == x.extent(3), kOp, "weight expects {} input channels, x has {} (x {})",
        weight.extent(0), x.extent(3), describe(x));
  check(options.stride >= 1 && options.padding >= 0 && options.dilation >= 1, kOp,
        "stride {}, padding {}, dilation {} is not possible", options.stride, options.padding,
        options.dilation);
  if (bias.defined()) check_shape(kOp, "bias", bias, {weight.extent(3)}, x);
  const ConvTranspose2dShape shape = {x.extent(0),      x.extent(1),      x.extent(2),      x.extent(3),
                                      weight.extent(3), weight.extent(1), weight.extent(2), options.stride,
                                      options.padding,  options.dilation};
  check(shape.in_height >= 1 && shape.in_width >= 1 && shape.out_height() >= 1 && shape.out_width() >= 1, kOp,
        "x {}, kernel {}, stride {} and padding {} leave an output of {}x{}", describe(x), describe(weight),
        options.stride, options.padding, shape.out_height(), shape.out_width());
  return shape;
}

}  // namespace

Tensor conv_transpose2d(const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const Conv2dOptions& options) {
  const ConvTranspose2dShape shape = conv_transpose2d_shape(x, weight, bias, options);
  const Tensor y = Tensor::empty({shape.batch, shape.out_height(), shape.out_width(), shape.out_channels},
                                 x.dtype(), x.device());
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    const Conv2dEpilogue<Real> epilogue = {bias.defined() ? bias.data<Real>() : nullptr, options.relu};
    conv_transpose2d_forward(backend, shape, x.data<Real>(), weight.data<Real>(), epilogue, y.data<Real>());
  });
  const Tensor mask = options.relu ? y.detach() : Tensor();
  return record("conv_transpose2d", y, {x, weight, bias}, [=](const Tensor& dy, Gradients& gradients) {
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      Real* d = dy.data<Real>();
      if (mask.defined()) relu_backward(backend, dy.size(), mask.data<Real>(), d, d);
      if (gradients.wants(0)) {
        const Tensor dx = x.empty_like();
        conv_transpose2d_backward_data(backend, shape, weight.data<Real>(), d, dx.data<Real>());
        gradients.add(0, dx);
      }
      if (gradients.wants(1)) {
        const Tensor dw = weight.empty_like();
        conv_transpose2d_backward_weight(backend, shape, x.data<Real>(), d, dw.data<Real>());
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
