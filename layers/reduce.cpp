#include "layers/reduce.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/reduce.h"
#include "layers/add.h"

namespace huegrad {

Tensor sum(const Tensor& x) {
  check(x.defined(), "sum", "x is undefined");
  const double total =
      dispatch(x, [&](auto backend, auto real) { return sum(backend, x.size(), x.data<decltype(real)>()); });
  const Tensor y = Tensor::full({}, total, x.dtype(), x.device());
  return record("sum", y, {x}, [shape = x.shape()](const Tensor& dy, Gradients& gradients) {
    gradients.add(0, Tensor::full(shape, dy.item(), dy.dtype(), dy.device()));
  });
}

Tensor mean(const Tensor& x) {
  check(x.defined() && x.size() > 0, "mean", "a tensor with elements wanted");
  return scale(sum(x), 1 / double(x.size()));
}

}  // namespace huegrad
