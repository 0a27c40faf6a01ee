// The whole device dispatch: calls f(backend, real) with the backend that computes on the tensor and a zero
// of its element type; overload resolution inside f picks the kernel.
//
//   dispatch(x, [&](auto backend, auto real) {
//     using Real = decltype(real);
//     relu_forward(backend, x.size(), x.data<Real>(), y.data<Real>());
//   });
//
// float64 exists for gradient checks, so only the definition computes in it, in host memory; bfloat16 exists
// for tensor cores, so only CUDA computes with it. Parameters and sums beside x are Compute<Real>.
#pragma once
#include "core/cuda_device.h"
#include "core/error.h"
#include "core/tensor.h"
#include "kernels/backend.h"

namespace huegrad {

// For what CUDA does in another way, all tensors at once.
template <class F>
decltype(auto) dispatch_on_host(const Tensor& like, F&& f) {
  if (like.dtype() == DType::float64) return f(Reference{}, double{});
  check(like.dtype() == DType::float32, "dispatch", "kernels on {} do not compute in {}",
        to_string(like.device()), to_string(like.dtype()));
  if (like.device().kind == DeviceKind::reference) return f(Reference{}, float{});
  return f(Cpu{}, float{});
}

// For what exists in full precision only: statistics, losses' weights.
template <class F>
decltype(auto) dispatch_full_precision(const Tensor& like, F&& f) {
  if (like.device().kind != DeviceKind::cuda) return dispatch_on_host(like, std::forward<F>(f));
  check(like.dtype() == DType::float32, "dispatch", "kernels on {} do not compute in {}",
        to_string(like.device()), to_string(like.dtype()));
  return f(cuda_backend(), float{});
}

template <class F>
decltype(auto) dispatch(const Tensor& like, F&& f) {
  if (like.dtype() == DType::bfloat16 && like.device().kind == DeviceKind::cuda)
    return f(cuda_backend(), bfloat16{});
  return dispatch_full_precision(like, std::forward<F>(f));
}

}  // namespace huegrad
