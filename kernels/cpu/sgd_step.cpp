// Memory-bound: gradient, velocity and weights pass through once.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/sgd_step.cpp"
#include "kernels/sgd_step.h"

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void sgd_step_range(int64_t size, const SgdOptions& options, const float* gradient, float* velocity,
                    float* w) {
  const auto rate = float(options.learning_rate), decay = float(options.weight_decay);
  const auto momentum = float(options.momentum);
  const bool nesterov = options.nesterov;
  for_each_vector(size, [=](auto d, int64_t i) HWY_ATTR {
    const auto weight = hn::LoadU(d, w + i);
    const auto g = hn::MulAdd(hn::Set(d, decay), weight, hn::LoadU(d, gradient + i));
    auto v = g;
    if (velocity) {
      v = hn::MulAdd(hn::Set(d, momentum), hn::LoadU(d, velocity + i), g);
      hn::StoreU(v, d, velocity + i);
    }
    if (nesterov) v = hn::MulAdd(hn::Set(d, momentum), v, g);
    hn::StoreU(hn::NegMulAdd(hn::Set(d, rate), v, weight), d, w + i);
  });
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(sgd_step_range);

void sgd_step(Cpu, int64_t size, const SgdOptions& options, const float* gradient, float* velocity,
              float* w) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(sgd_step_range), options, gradient, velocity, w);
}

}  // namespace huegrad
#endif
