#include "layers/upsample.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "layers/checks.h"

namespace huegrad {

Tensor upsample(const Tensor& x, int64_t height, int64_t width, UpsampleMode mode) {
  check_image("upsample", x);
  check(x.extent(1) >= 1 && x.extent(2) >= 1 && height >= 1 && width >= 1, "upsample",
        "{} to {}x{} is not possible", describe(x), height, width);
  const UpsampleShape shape = {x.extent(0), x.extent(1), x.extent(2), height, width, x.extent(3), mode};
  const Tensor y = Tensor::empty({shape.batch, height, width, shape.channels}, x.dtype(), x.device());
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    upsample_forward(backend, shape, x.data<Real>(), y.data<Real>());
  });
  return record("upsample", y, {x}, [shape, x_shape = x.shape()](const Tensor& dy, Gradients& gradients) {
    const Tensor dx = Tensor::empty(x_shape, dy.dtype(), dy.device());
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      upsample_backward(backend, shape, dy.data<Real>(), dx.data<Real>());
    });
    gradients.add(0, dx);
  });
}

}  // namespace huegrad
