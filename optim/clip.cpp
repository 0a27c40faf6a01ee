#include "optim/clip.h"

#include <cmath>

#include "core/dispatch.h"
#include "kernels/add.h"
#include "kernels/reduce.h"

namespace huegrad {

double clip_gradient_norm(const std::vector<NamedTensor>& tensors, double max_norm) {
  check(max_norm > 0, "clip_gradient_norm", "a largest norm of {} is not possible", max_norm);
  double squares = 0;
  for (const NamedTensor& named : tensors) {
    const Tensor gradient = named.tensor.grad();
    if (!gradient.defined()) continue;
    const Tensor square = Tensor::empty({}, gradient.dtype(), gradient.device());
    dispatch_full_precision(gradient, [&](auto backend, auto real) {
      using Real = decltype(real);
      sum_squares(backend, gradient.size(), gradient.data<Real>(), square.data<Real>());
    });
    squares += square.item();
  }
  const double norm = std::sqrt(squares);
  if (!std::isfinite(norm) || norm <= max_norm) return norm;
  for (const NamedTensor& named : tensors) {
    const Tensor gradient = named.tensor.grad();
    if (!gradient.defined()) continue;
    dispatch_full_precision(gradient, [&](auto backend, auto real) {
      using Real = decltype(real);
      scale(backend, gradient.size(), max_norm / norm, gradient.data<Real>(), gradient.data<Real>());
    });
  }
  return norm;
}

}  // namespace huegrad
