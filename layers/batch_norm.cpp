#include "layers/batch_norm.h"

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/add.h"
#include "kernels/batch_norm.h"
#include "layers/checks.h"

namespace huegrad {
namespace {

struct Statistics {
  Tensor mean, variance;  // (C)
};

BatchNormShape batch_norm_shape(const Tensor& x, const Tensor& gamma, const Tensor& beta,
                                const Statistics& running, const BatchNormOptions& options) {
  check_channels_last("batch_norm", x);
  const Shape channels = {x.extent(-1)};
  if (gamma.defined()) check_parameter_shape("batch_norm", "gamma", gamma, channels, x);
  if (beta.defined()) check_parameter_shape("batch_norm", "beta", beta, channels, x);
  check_parameter_shape("batch_norm", "running_mean", running.mean, channels, x);
  check_parameter_shape("batch_norm", "running_variance", running.variance, channels, x);
  check(!options.training || row_count(x) > 1, "batch_norm",
        "training needs more than one value per channel, x is {}", describe(x));
  return {row_count(x), x.extent(-1), options.epsilon};
}

// The statistics of x, which also move the running ones.
Statistics batch_statistics(const BatchNormShape& shape, const Tensor& x, const Statistics& running,
                            double momentum) {
  const Statistics batch = {running.mean.empty_like(), running.variance.empty_like()};
  const Tensor unbiased = running.variance.empty_like();
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    using Statistic = Compute<Real>;
    Statistic *mean = batch.mean.data<Statistic>(), *variance = batch.variance.data<Statistic>();
    batch_norm_statistics(backend, shape, x.data<Real>(), mean, variance);
    blend(backend, shape.channels, momentum, mean, running.mean.data<Statistic>());
    scale(backend, shape.channels, double(shape.rows) / double(shape.rows - 1), variance,
          unbiased.data<Statistic>());
    blend(backend, shape.channels, momentum, unbiased.data<Statistic>(), running.variance.data<Statistic>());
  });
  return batch;
}

template <class Real>
Real* data_or_null(const Tensor& tensor) {
  return tensor.defined() ? tensor.data<Real>() : nullptr;
}

}  // namespace

Tensor batch_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& running_mean,
                  const Tensor& running_variance, const BatchNormOptions& options) {
  const BatchNormShape shape = batch_norm_shape(x, gamma, beta, {running_mean, running_variance}, options);
  // Frozen statistics are copied: a later training step may move them before this tape is used.
  const Statistics used = options.training
                              ? batch_statistics(shape, x, {running_mean, running_variance}, options.momentum)
                              : Statistics{running_mean.clone(), running_variance.clone()};
  const Tensor y = x.empty_like();
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    batch_norm_forward(backend, shape, x.data<Real>(), used.mean.data<Compute<Real>>(),
                       used.variance.data<Compute<Real>>(), data_or_null<Compute<Real>>(gamma),
                       data_or_null<Compute<Real>>(beta), y.data<Real>());
  });
  return record("batch_norm", y, {x, gamma, beta}, [=](const Tensor& dy, Gradients& gradients) {
    const Tensor dx = x.empty_like();
    const Tensor dgamma = gradients.wants(1) ? gamma.empty_like() : Tensor();
    const Tensor dbeta = gradients.wants(2) ? beta.empty_like() : Tensor();
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      batch_norm_backward(backend, shape, options.training, x.data<Real>(), used.mean.data<Compute<Real>>(),
                          used.variance.data<Compute<Real>>(), data_or_null<Compute<Real>>(gamma),
                          dy.data<Real>(), dx.data<Real>(), data_or_null<Compute<Real>>(dgamma),
                          data_or_null<Compute<Real>>(dbeta));
    });
    gradients.add(0, dx);
    gradients.add(1, dgamma);
    gradients.add(2, dbeta);
  });
}

}  // namespace huegrad
