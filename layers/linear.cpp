#include "layers/linear.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/linear.h"
#include "kernels/reduce.h"
#include "layers/checks.h"

namespace huegrad {

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  check_channels_last("linear", x);
  check_parameter("linear", "weight", weight, x);
  check(weight.rank() == 2, "linear", "weight must be (out, in features), it is {}", describe(weight));
  check(weight.extent(1) == x.extent(-1), "linear", "weight expects {} input features, x has {} (x {})",
        weight.extent(1), x.extent(-1), describe(x));
  if (bias.defined()) check_parameter_shape("linear", "bias", bias, {weight.extent(0)}, x);
  const LinearShape shape = {row_count(x), weight.extent(1), weight.extent(0)};
  const Tensor y = Tensor::empty(with_channels(x, shape.out_features), x.dtype(), x.device());
  const Tensor w = stored_like(x, weight);
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    linear_forward(backend, shape, x.data<Real>(), w.data<Real>(),
                   bias.defined() ? bias.data<Compute<Real>>() : nullptr, y.data<Real>());
  });
  return record("linear", y, {x, weight, bias}, [=](const Tensor& dy, Gradients& gradients) {
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      if (gradients.wants(0)) {
        const Tensor dx = x.empty_like();
        linear_backward_data(backend, shape, w.data<Real>(), dy.data<Real>(), dx.data<Real>());
        gradients.add(0, dx);
      }
      if (gradients.wants(1)) {
        const Tensor dw = weight.empty_like();
        linear_backward_weight(backend, shape, x.data<Real>(), dy.data<Real>(), dw.data<Compute<Real>>());
        gradients.add(1, dw);
      }
      if (gradients.wants(2)) {
        const Tensor db = bias.empty_like();
        sum_rows(backend, shape.rows, shape.out_features, dy.data<Real>(), db.data<Compute<Real>>());
        gradients.add(2, db);
      }
    });
  });
}

}  // namespace huegrad
