#include "layers/max_pool.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/max_pool.h"
#include "layers/pool_shape.h"

namespace huegrad {

Tensor max_pool(const Tensor& x, const Pool2dOptions& options) {
  const Pool2dShape shape = pool_shape("max_pool", x, options);
  const Tensor y = Tensor::empty({shape.batch, shape.out_height(), shape.out_width(), shape.channels},
                                 x.dtype(), x.device());
  const bool taped = gradients_enabled() && x.requires_grad();
  const Tensor argmax = taped ? Tensor::empty(y.shape(), DType::int32, x.device()) : Tensor();
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    max_pool_forward(backend, shape, x.data<Real>(), y.data<Real>(),
                     taped ? argmax.data<int32_t>() : nullptr);
  });
  return record("max_pool", y, {x}, [=, x_shape = x.shape()](const Tensor& dy, Gradients& gradients) {
    const Tensor dx = Tensor::empty(x_shape, dy.dtype(), dy.device());
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      max_pool_backward(backend, shape, argmax.data<int32_t>(), dy.data<Real>(), dx.data<Real>());
    });
    gradients.add(0, dx);
  });
}

}  // namespace huegrad
