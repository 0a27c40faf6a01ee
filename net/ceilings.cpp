#include "net/ceilings.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <utility>

#include "core/autograd.h"
#include "core/dispatch.h"
#include "kernels/linear.h"
#include "kernels/strided_copy.h"
#include "net/laps.h"
#include "net/varied_values.h"

namespace huegrad {
namespace {

struct Load {
  double amount;  // bytes or operations
  std::function<void()> run;
};

// The rate of load(size) for the first size that takes more than a moment. The fastest of several runs: what
// else the machine does can only make it slower.
double best_rate(Device device, int64_t size, int64_t largest, const std::function<Load(int64_t)>& load) {
  constexpr double kMoment = 0.01;
  constexpr int kRuns = 6;
  Laps laps(device);
  for (;; size *= 2) {
    const Load work = load(size);
    double fastest = std::numeric_limits<double>::infinity();
    for (int run = 0; run < kRuns; ++run) {
      laps.start();
      work.run();
      laps.lap({});
      fastest = std::min(fastest, laps.take().at({}));
    }
    if (fastest > kMoment || size * 2 > largest) return work.amount / fastest;
  }
}

using Copy = void (*)(const Tensor& x, const Tensor& y);

void copy_by_kernel(const Tensor& x, const Tensor& y) {
  const int64_t rows = x.extent(0), length = x.extent(1);
  dispatch(x, [&](auto backend, auto real) {
    using Real = decltype(real);
    strided_copy(backend, {rows, length, length, length}, x.data<Real>(), y.data<Real>());
  });
}

double copy_bytes_per_second(Device device, DType storage, Copy copy) {
  constexpr int64_t kLength = 1024, kFewest = 64, kMost = int64_t(1) << 18;  // values in a row; rows
  return best_rate(device, kFewest, kMost, [&](int64_t rows) {
    const Tensor x = Tensor::zeros({rows, kLength}, storage, device), y = x.clone();
    return Load{2.0 * double(x.bytes()), [=] { copy(x, y); }};
  });
}

// Computes with a choice and restores the one before.
class Choice {
 public:
  Choice(Device device, ConvolutionChoice choice) : on_cuda_(device.kind == DeviceKind::cuda) {
    if (on_cuda_) before_ = std::exchange(cuda_context().convolution, choice);
  }
  ~Choice() {
    if (on_cuda_) cuda_context().convolution = before_;
  }
  Choice(const Choice&) = delete;

 private:
  bool on_cuda_;
  ConvolutionChoice before_{};
};

}  // namespace

double product_flops_per_second(Device device, DType storage, ConvolutionChoice choice) {
  constexpr int64_t kSmallest = 64, kLargest = 8192;
  const Choice chosen(device, choice);
  return best_rate(device, kSmallest, kLargest, [&](int64_t n) {
    const Tensor x = varied_values(n * n, -0.5, 0.5, storage, device), w = x.clone(), y = x.clone();
    return Load{
        2.0 * double(n) * double(n) * double(n), [=] {
          dispatch(x, [&](auto backend, auto real) {
            using Real = decltype(real);
            const Compute<Real>* no_bias = nullptr;
            linear_forward(backend, {n, n, n}, x.data<Real>(), w.data<Real>(), no_bias, y.data<Real>());
          });
        }};
  });
}

Ceilings measure_ceilings(Device device, DType storage) {
  const NoGradient no_gradient;
  Ceilings ceilings = {copy_bytes_per_second(device, storage, copy_by_kernel),
                       product_flops_per_second(device, storage, ConvolutionChoice::automatic)};
  if (device.kind != DeviceKind::cuda) return ceilings;
  const auto copy_by_driver = [](const Tensor& x, const Tensor& y) { y.copy_from(x); };
  ceilings.bytes_per_second =
      std::max(ceilings.bytes_per_second, copy_bytes_per_second(device, storage, copy_by_driver));
  ceilings.flops_per_second = std::max(
      ceilings.flops_per_second, product_flops_per_second(device, storage, ConvolutionChoice::handwritten));
  return ceilings;
}

}  // namespace huegrad
