// The whole device dispatch: calls f(backend, real) with the backend that computes on the tensor and a zero
// of its element type; overload resolution inside f picks the kernel.
//
//   dispatch(x, [&](auto backend, auto real) {
//     using Real = decltype(real);
//     relu_forward(backend, x.size(), x.data<Real>(), y.data<Real>());
//   });
//
// float64 exists for gradient checks, so only the definition computes in it, on any device.
#pragma once
#include "core/error.h"
#include "core/tensor.h"
#include "kernels/backend.h"

namespace huegrad {

template <class F>
decltype(auto) dispatch(const Tensor& like, F&& f) {
  if (like.dtype() == DType::float64) return f(Reference{}, double{});
  check(like.dtype() == DType::float32, "dispatch", "kernels compute in float32 or float64, not {}",
        to_string(like.dtype()));
  if (like.device().kind == DeviceKind::reference) return f(Reference{}, float{});
  return f(Cpu{}, float{});
}

}  // namespace huegrad
