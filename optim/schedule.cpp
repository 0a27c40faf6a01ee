#include "optim/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"

namespace huegrad {
namespace {

double progress(int64_t step, int64_t total) { return std::min(1.0, double(step) / double(total)); }

}  // namespace

Schedule constant_schedule(double rate) {
  return [=](int64_t) { return rate; };
}

Schedule step_schedule(double rate, int64_t every, double factor) {
  check(every > 0, "schedule", "a drop every {} steps is not possible", every);
  return [=](int64_t step) { return rate * std::pow(factor, double(step / every)); };
}

Schedule poly_schedule(double rate, int64_t total, double power) {
  check(total > 0, "schedule", "{} steps are too few", total);
  return [=](int64_t step) { return rate * std::pow(1 - progress(step, total), power); };
}

Schedule cosine_schedule(double rate, int64_t total, double final_rate) {
  check(total > 0, "schedule", "{} steps are too few", total);
  return [=](int64_t step) {
    const double remaining = (1 + std::cos(std::numbers::pi * progress(step, total))) / 2;
    return final_rate + (rate - final_rate) * remaining;
  };
}

Schedule with_warm_up(Schedule schedule, int64_t steps) {
  return [schedule = std::move(schedule), steps](int64_t step) {
    return schedule(step) * (step < steps ? double(step + 1) / double(steps) : 1);
  };
}

}  // namespace huegrad
