// Memory-bound: gradient, both moments and weights pass through once.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/adam_step.cpp"
#include "kernels/adam_step.h"

#include <cmath>

#include <hwy/foreach_target.h>  // compiles this file once per instruction set

#include <hwy/highway.h>

#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void adam_step_range(int64_t size, const AdamOptions& options, int64_t step, const float* gradient, float* m,
                     float* v, float* w) {
  const bool decoupled = options.decoupled_weight_decay;
  const auto beta1 = float(options.beta1), beta2 = float(options.beta2), epsilon = float(options.epsilon);
  const auto fresh1 = float(1 - options.beta1), fresh2 = float(1 - options.beta2);
  const auto keep = float(decoupled ? 1 - options.learning_rate * options.weight_decay : 1);
  const auto decay = float(decoupled ? 0 : options.weight_decay);
  const auto rate = float(options.learning_rate / (1 - std::pow(options.beta1, double(step))));
  const auto unbias_v = float(1 / (1 - std::pow(options.beta2, double(step))));
  for_each_vector(size, [=](auto d, int64_t i) HWY_ATTR {
    const auto weight = hn::LoadU(d, w + i);
    const auto g = hn::MulAdd(hn::Set(d, decay), weight, hn::LoadU(d, gradient + i));
    const auto mean = hn::MulAdd(hn::Set(d, beta1), hn::LoadU(d, m + i), hn::Mul(hn::Set(d, fresh1), g));
    const auto square =
        hn::MulAdd(hn::Set(d, beta2), hn::LoadU(d, v + i), hn::Mul(hn::Set(d, fresh2), hn::Mul(g, g)));
    const auto deviation = hn::Add(hn::Sqrt(hn::Mul(square, hn::Set(d, unbias_v))), hn::Set(d, epsilon));
    const auto change = hn::Div(hn::Mul(hn::Set(d, rate), mean), deviation);
    hn::StoreU(mean, d, m + i);
    hn::StoreU(square, d, v + i);
    hn::StoreU(hn::MulSub(hn::Set(d, keep), weight, change), d, w + i);
  });
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace huegrad {

HWY_EXPORT(adam_step_range);

void adam_step(Cpu, int64_t size, const AdamOptions& options, int64_t step, const float* gradient, float* m,
               float* v, float* w) {
  parallel_elements(size, HWY_DYNAMIC_DISPATCH(adam_step_range), options, step, gradient, m, v, w);
}

}  // namespace huegrad
#endif
