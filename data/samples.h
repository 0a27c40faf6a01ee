// The samples of images whatever their bit depth.
#pragma once
#include "data/image.h"

namespace huegrad {

// Calls f with the arrays that are in use, of images that have the same bit depth.
template <class F, class First, class... Rest>
decltype(auto) with_samples(F&& f, First& first, Rest&... rest) {
  return first.bit_depth == 16 ? f(first.samples16, rest.samples16...) : f(first.samples8, rest.samples8...);
}

}  // namespace huegrad
