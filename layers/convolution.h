// What conv2d and conv_transpose2d do alike, given their shape and their kernels: forward, and how gradients
// flow back to image, weight and bias.
#pragma once
#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/conv2d.h"
#include "kernels/reduce.h"
#include "kernels/relu.h"
#include "layers/checks.h"

namespace huegrad {

// Kernels: forward, backward_data and backward_weight, called as kernels/conv2d.h declares them. With relu,
// y = max(convolution + bias, 0).
template <class Kernels, class ConvolutionShape>
Tensor convolution(const char* op, const ConvolutionShape& shape, const Tensor& x, const Tensor& weight,
                   const Tensor& bias, bool relu) {
  const Tensor y = Tensor::empty({shape.batch, shape.out_height(), shape.out_width(), shape.out_channels},
                                 x.dtype(), x.device());
  const Tensor w = stored_like(x, weight);
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    using Epilogue = Conv2dEpilogue<Compute<Real>>;
    const Epilogue epilogue = {bias.defined() ? bias.data<Compute<Real>>() : nullptr, relu};
    Kernels::forward(backend, shape, x.data<Real>(), w.data<Real>(), epilogue, y.data<Real>());
  });
  const Tensor mask = relu ? y.detach() : Tensor();
  return record(op, y, {x, weight, bias}, [=](const Tensor& dy, Gradients& gradients) {
    dispatch(dy, [&](auto backend, auto real) {
      using Real = decltype(real);
      Real* d = dy.data<Real>();
      const Tensor db = gradients.wants(2) ? bias.empty_like() : Tensor();
      if (mask.defined() && db.defined())
        relu_backward_bias(backend, row_count(dy), shape.out_channels, mask.data<Real>(), d, d,
                           db.data<Compute<Real>>());
      else if (mask.defined())
        relu_backward(backend, dy.size(), mask.data<Real>(), d, d);
      else if (db.defined())
        sum_rows(backend, row_count(dy), shape.out_channels, d, db.data<Compute<Real>>());
      if (gradients.wants(0)) {
        const Tensor dx = x.empty_like();
        Kernels::backward_data(backend, shape, w.data<Real>(), d, dx.data<Real>());
        gradients.add(0, dx);
      }
      if (gradients.wants(1)) {
        const Tensor dw = weight.empty_like();
        Kernels::backward_weight(backend, shape, x.data<Real>(), d, dw.data<Compute<Real>>());
        gradients.add(1, dw);
      }
      if (db.defined()) gradients.add(2, db);
    });
  });
}

}  // namespace huegrad
