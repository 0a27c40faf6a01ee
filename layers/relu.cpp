#include "layers/relu.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/relu.h"

namespace huegrad {

Tensor relu(const Tensor& x) {
  check(x.defined(), "relu", "x is undefined");
  const Tensor y = x.empty_like();
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    relu_forward(backend, x.size(), x.data<Real>(), y.data<Real>());
  });
  return record("relu", y, {x}, [y = y.detach()](const Tensor& dy, Gradients& gradients) {
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      relu_backward(backend, dy.size(), y.data<Real>(), dy.data<Real>(), dy.data<Real>());
    });
    gradients.add(0, dy);
  });
}

}  // namespace huegrad
