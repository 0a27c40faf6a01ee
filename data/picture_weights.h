// How often single pictures are shown: those with rare objects or much colour more often than the rest.
#pragma once
#include <vector>

#include "data/loader.h"

namespace huegrad {

struct Oversampling {
  // A class that occurs in fewer than this share of the labelled pictures is shown more often: pictures of
  // class c are repeated r(c) = max(1, sqrt(class_share / share of pictures with c)) times, a picture as its
  // rarest class asks (repeat factor sampling, Gupta et al. 2019, "LVIS", section 4). 0: no difference.
  double class_share = 0;
  // Pictures are shown in proportion to (chroma / mean chroma)^color_power, chroma being a picture's mean
  // length of (a, b), and the factor being held within 1/4 .. 4. 0: no difference.
  double color_power = 0;
};

// Sets the picture weights of every source, to none when both options are 0. A class occurs in a picture when
// it has at least a hundredth of its pixels. Looks at all pictures (about a second for ten thousand).
void set_picture_weights(std::vector<PackSource>& sources, const Oversampling& options);

}  // namespace huegrad
