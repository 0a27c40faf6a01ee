// What max_pool and avg_pool check alike.
#pragma once
#include "kernels/max_pool.h"
#include "layers/checks.h"
#include "layers/max_pool.h"

namespace huegrad {

inline Pool2dShape pool_shape(std::string_view op, const Tensor& x, const Pool2dOptions& options) {
  check_image(op, x);
  check(options.kernel >= 1 && options.stride >= 1 && options.padding >= 0 &&
            options.padding <= options.kernel / 2,
        op, "kernel {}, stride {}, padding {} is not possible", options.kernel, options.stride,
        options.padding);
  // Rounding up lets the only window stick out by less than a stride.
  const int64_t beyond = 2 * options.padding + (options.ceil_mode ? options.stride - 1 : 0);
  check(x.extent(1) >= 1 && x.extent(2) >= 1 && x.extent(1) + beyond >= options.kernel &&
            x.extent(2) + beyond >= options.kernel,
        op, "x {} with padding {} is smaller than the kernel {}", describe(x), options.padding,
        options.kernel);
  return {x.extent(0),    x.extent(1),    x.extent(2),     x.extent(3),
          options.kernel, options.stride, options.padding, options.ceil_mode};
}

}  // namespace huegrad
