#include "layers/joint_bilateral_upsample.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/joint_bilateral_upsample.h"
#include "layers/checks.h"

namespace huegrad {
namespace {

JointBilateralShape joint_bilateral_shape(const Tensor& x, const Tensor& guide,
                                          const JointBilateralOptions& options) {
  constexpr auto kOp = "joint_bilateral_upsample";
  check_image(kOp, x);
  check_parameter(kOp, "guide", guide, x);
  check(guide.rank() == 3 && guide.extent(0) == x.extent(0), kOp,
        "guide must be (batch {}, height, width), it is {}", x.extent(0), describe(guide));
  check(x.extent(1) >= 1 && x.extent(2) >= 1 && guide.size() > 0, kOp, "x {} with guide {} is empty",
        describe(x), describe(guide));
  check(options.radius >= 0 && options.sigma_spatial > 0 && options.sigma_range > 0, kOp,
        "radius {}, sigma_spatial {}, sigma_range {} is not possible", options.radius, options.sigma_spatial,
        options.sigma_range);
  return {x.extent(0), x.extent(1),    x.extent(2),           guide.extent(1),    guide.extent(2),
          x.extent(3), options.radius, options.sigma_spatial, options.sigma_range};
}

}  // namespace

Tensor joint_bilateral_upsample(const Tensor& x, const Tensor& guide, const JointBilateralOptions& options) {
  const JointBilateralShape shape = joint_bilateral_shape(x, guide, options);
  const Tensor y = Tensor::empty({shape.batch, shape.high_height, shape.high_width, shape.channels},
                                 x.dtype(), x.device());
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    joint_bilateral_upsample_forward(backend, shape, x.data<Real>(), guide.data<Compute<Real>>(),
                                     y.data<Real>());
  });
  const auto backward = [shape, guide, x_shape = x.shape()](const Tensor& dy, Gradients& gradients) {
    const Tensor dx = Tensor::empty(x_shape, dy.dtype(), dy.device());
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      joint_bilateral_upsample_backward(backend, shape, guide.data<Compute<Real>>(), dy.data<Real>(),
                                        dx.data<Real>());
    });
    gradients.add(0, dx);
  };
  return record("joint_bilateral_upsample", y, {x}, backward);
}

}  // namespace huegrad
