// Learning rates as pure functions of the step (the first is 0), so that a resumed run needs no memory of
// them.
#pragma once
#include <cstdint>
#include <functional>

namespace huegrad {

using Schedule = std::function<double(int64_t step)>;

// The same rate for ever
Schedule constant_schedule(double rate);
// rate * factor^floor(step / every)
Schedule step_schedule(double rate, int64_t every, double factor);
// rate * (1 - step / total)^power, 0 from `total` on (DeepLab: power 0.9)
Schedule poly_schedule(double rate, int64_t total, double power);
// From rate to final_rate along half a cosine (Loshchilov & Hutter 2017), final_rate from `total` on
Schedule cosine_schedule(double rate, int64_t total, double final_rate = 0);
// schedule(step) * (step + 1) / steps during the first `steps` steps, then schedule(step)
Schedule with_warm_up(Schedule schedule, int64_t steps);

}  // namespace huegrad
