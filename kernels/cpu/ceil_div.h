// How many pieces of b it takes to cover a.
#pragma once
#include <cstdint>

namespace huegrad {

constexpr int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

}  // namespace huegrad
