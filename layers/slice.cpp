#include "layers/slice.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/strided_copy.h"
#include "layers/checks.h"

namespace huegrad {

Tensor slice(const Tensor& x, int64_t first, int64_t count) {
  check_channels_last("slice", x);
  const int64_t rows = row_count(x), channels = x.extent(-1);
  check(first >= 0 && count >= 0 && first + count <= channels, "slice", "channels [{}, {}) of x {}", first,
        first + count, describe(x));
  const Tensor y = Tensor::empty(with_channels(x, count), x.dtype(), x.device());
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    strided_copy(backend, {rows, count, channels, count}, x.data<Real>() + first, y.data<Real>());
  });
  return record("slice", y, {x}, [=, x_shape = x.shape()](const Tensor& dy, Gradients& gradients) {
    const Tensor dx = Tensor::zeros(x_shape, dy.dtype(), dy.device());
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      strided_copy(backend, {rows, count, count, channels}, dy.data<Real>(), dx.data<Real>() + first);
    });
    gradients.add(0, dx);
  });
}

}  // namespace huegrad
