#include "layers/reduce.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/add.h"
#include "kernels/reduce.h"
#include "layers/add.h"

namespace huegrad {

Tensor sum(const Tensor& x) {
  check(x.defined(), "sum", "x is undefined");
  const Tensor y = Tensor::empty({}, compute_dtype(x.dtype()), x.device());
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    sum(backend, x.size(), x.data<Real>(), y.data<Compute<Real>>());
  });
  return record("sum", y, {x},
                [shape = x.shape(), dtype = x.dtype()](const Tensor& dy, Gradients& gradients) {
                  const Tensor dx = Tensor::empty(shape, dtype, dy.device());
                  dispatch(dx, [&](auto backend, auto real) {
                    using Real = decltype(real);
                    fill(backend, dx.size(), dy.data<Compute<Real>>(), dx.data<Real>());
                  });
                  gradients.add(0, dx);
                });
}

Tensor mean(const Tensor& x) {
  check(x.defined() && x.size() > 0, "mean", "a tensor with elements wanted");
  return scale(sum(x), 1 / double(x.size()));
}

}  // namespace huegrad
