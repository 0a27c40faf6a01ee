#include "layers/annealed_mean.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/annealed_mean.h"
#include "layers/checks.h"

namespace huegrad {

Tensor annealed_mean(const Tensor& logits, const Tensor& centers, double temperature) {
  check_channels_last("annealed_mean", logits);
  check_parameter_shape("annealed_mean", "centers", centers, {logits.extent(-1), 2}, logits);
  check(temperature > 0, "annealed_mean", "temperature {} is not positive", temperature);
  const AnnealedMeanShape shape = {row_count(logits), logits.extent(-1), temperature};
  const Tensor ab = Tensor::empty(with_channels(logits, 2), compute_dtype(logits.dtype()), logits.device());
  dispatch(logits, [&](auto backend, auto real) {
    using Real = decltype(real);
    annealed_mean_forward(backend, shape, logits.data<Real>(), centers.data<Compute<Real>>(),
                          ab.data<Compute<Real>>());
  });
  const auto backward = [=, ab = ab.detach()](const Tensor& dab, Gradients& gradients) {
    const Tensor dlogits = logits.empty_like();
    dispatch(logits, [&](auto backend, auto real) {
      using Real = decltype(real);
      annealed_mean_backward(backend, shape, logits.data<Real>(), centers.data<Compute<Real>>(),
                             ab.data<Compute<Real>>(), dab.data<Compute<Real>>(), dlogits.data<Real>());
    });
    gradients.add(0, dlogits);
  };
  return record("annealed_mean", ab, {logits}, backward);
}

}  // namespace huegrad
