#include "layers/add.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/add.h"
#include "layers/checks.h"

namespace huegrad {

Tensor add(const Tensor& a, const Tensor& b) {
  check(a.defined(), "add", "a is undefined");
  check_shape("add", "b", b, a.shape(), a);
  const Tensor y = a.empty_like();
  dispatch(a, [&](auto backend, auto real) {
    using Real = decltype(real);
    add(backend, y.size(), a.data<Real>(), b.data<Real>(), y.data<Real>());
  });
  return record("add", y, {a, b}, [](const Tensor& dy, Gradients& gradients) {
    // Each input may go on writing into its gradient, so they cannot share a buffer.
    if (gradients.wants(1)) gradients.add(1, gradients.wants(0) ? dy.clone() : dy);
    gradients.add(0, dy);
  });
}

Tensor scale(const Tensor& x, double factor) {
  check(x.defined(), "scale", "x is undefined");
  const Tensor y = x.empty_like();
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    scale(backend, y.size(), factor, x.data<Real>(), y.data<Real>());
  });
  return record("scale", y, {x}, [factor](const Tensor& dy, Gradients& gradients) {
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      scale(backend, dy.size(), factor, dy.data<Real>(), dy.data<Real>());
    });
    gradients.add(0, dy);
  });
}

}  // namespace huegrad
