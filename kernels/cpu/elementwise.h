// What the memory-bound CPU kernels share.
#pragma once
#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "kernels/parallel.h"

namespace huegrad {

// Least number of elements for which waking another thread pays: 64 KiB of floats, about 3 us of copying.
inline constexpr int64_t kElementwiseGrain = 16384;

// The same, counted in rows of `length` elements.
inline int64_t row_grain(int64_t length) {
  return std::max<int64_t>(1, kElementwiseGrain / std::max<int64_t>(1, length));
}

// Calls kernel(count, arguments...) on sub-ranges of [0, size), one per thread. Pointers among the arguments
// are moved to the start of the sub-range; null stays null.
template <class... Parameters, class... Arguments>
void parallel_elements(int64_t size, void (*kernel)(int64_t, Parameters...), Arguments... arguments) {
  parallel_for(0, size, kElementwiseGrain, [&](int64_t first, int64_t last) {
    const auto moved = [first](auto argument) {
      if constexpr (std::is_pointer_v<decltype(argument)>)
        return argument ? argument + first : argument;
      else
        return argument;
    };
    kernel(last - first, moved(arguments)...);
  });
}

}  // namespace huegrad
