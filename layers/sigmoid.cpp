#include "layers/sigmoid.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/sigmoid.h"

namespace huegrad {

Tensor sigmoid(const Tensor& x) {
  check(x.defined(), "sigmoid", "x is undefined");
  const Tensor y = x.empty_like();
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    sigmoid_forward(backend, x.size(), x.data<Real>(), y.data<Real>());
  });
  return record("sigmoid", y, {x}, [y = y.detach()](const Tensor& dy, Gradients& gradients) {
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      sigmoid_backward(backend, dy.size(), y.data<Real>(), dy.data<Real>(), dy.data<Real>());
    });
    gradients.add(0, dy);
  });
}

}  // namespace huegrad
