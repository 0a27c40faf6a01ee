#include "layers/concat.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/strided_copy.h"
#include "layers/checks.h"

namespace huegrad {

Tensor concat(const std::vector<Tensor>& parts) {
  check(!parts.empty(), "concat", "nothing to join");
  int64_t channels = 0;
  for (const Tensor& part : parts) {
    check_channels_last("concat", part);
    check_shape("concat", "a part", part, with_channels(parts[0], part.extent(-1)), parts[0]);
    channels += part.extent(-1);
  }
  const int64_t rows = row_count(parts[0]);
  const Tensor y = Tensor::empty(with_channels(parts[0], channels), parts[0].dtype(), parts[0].device());
  dispatch(y, [&](auto backend, auto real) {
    using Real = decltype(real);
    Real* into = y.data<Real>();
    for (const Tensor& part : parts) {
      const int64_t length = part.extent(-1);
      strided_copy(backend, {rows, length, length, channels}, part.data<Real>(), into);
      into += length;
    }
  });
  return record("concat", y, parts, [=](const Tensor& dy, Gradients& gradients) {
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      const Real* from = dy.data<Real>();
      for (size_t i = 0; i < parts.size(); from += parts[i++].extent(-1)) {
        if (!gradients.wants(i)) continue;
        const int64_t length = parts[i].extent(-1);
        const Tensor dx = parts[i].empty_like();
        strided_copy(backend, {rows, length, channels, length}, from, dx.data<Real>());
        gradients.add(i, dx);
      }
    });
  });
}

}  // namespace huegrad
