#include "layers/avg_pool.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/avg_pool.h"
#include "layers/pool_shape.h"

namespace huegrad {

Tensor avg_pool(const Tensor& x, const Pool2dOptions& options) {
  const Pool2dShape shape = pool_shape("avg_pool", x, options);
  const Tensor y = Tensor::empty({shape.batch, shape.out_height(), shape.out_width(), shape.channels},
                                 x.dtype(), x.device());
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    avg_pool_forward(backend, shape, x.data<Real>(), y.data<Real>());
  });
  return record("avg_pool", y, {x}, [shape, x_shape = x.shape()](const Tensor& dy, Gradients& gradients) {
    const Tensor dx = Tensor::empty(x_shape, dy.dtype(), dy.device());
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      avg_pool_backward(backend, shape, dy.data<Real>(), dx.data<Real>());
    });
    gradients.add(0, dx);
  });
}

}  // namespace huegrad
