#include "kernels/conv2d.h"

#include <cstdlib>

#include "tests/cases/conv2d.h"
#include "tests/cuda/convolution_cases.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

struct Kernels {
  static void forward(auto... arguments) { conv2d_forward(arguments...); }
  static void backward_data(auto... arguments) { conv2d_backward_data(arguments...); }
  static void backward_weight(auto... arguments) { conv2d_backward_weight(arguments...); }
};

// Products of the largest case: the emulation takes its time, and under the thread sanitizer a lot of it.
const bool kSmall = std::getenv("HUEGRAD_SMALL_CASES") != nullptr;
const int64_t kAffordable = kSmall ? 100'000 : 2'000'000;

}  // namespace

TEST_CASE_TEMPLATE("cuda conv2d: every pass of every shape equals the definition", Storage, float, bfloat16) {
  for (const Conv2dShape& s : kConv2dCases)
    if (s.macs() <= kAffordable) check_convolution<Kernels, Storage>(s);
}

TEST_CASE_TEMPLATE("cuda conv2d: every tile equals the definition, whichever the shape asks for", Storage,
                   float, bfloat16) {
  for (const Conv2dShape& s : {Conv2dShape{1, 6, 6, 8, 20, 3, 3, 1, 1, 1},     // within one tile
                               Conv2dShape{1, 17, 16, 8, 136, 3, 3, 1, 1, 1},  // 2 x 2 of the largest
                               Conv2dShape{2, 6, 5, 64, 313, 1, 1, 1, 0, 1},   // colour bins
                               Conv2dShape{1, 11, 10, 20, 36, 3, 3, 1, 2, 2},  // dilation, ragged channels
                               Conv2dShape{2, 9, 8, 40, 24, 4, 4, 2, 1, 1}})   // phases
    if (s.macs() <= 2 * kAffordable) check_convolution<Kernels, Storage>(s, tiles<Storage>());
}

TEST_CASE_TEMPLATE("cuda conv2d: large tiles, and kernels beyond the tables", Storage, float, bfloat16) {
  const int64_t side = kSmall ? 12 : 24, width = kSmall ? 9 : 18;
  for (const Conv2dShape& s :
       {Conv2dShape{1, side, side, 16, 136, 3, 3, 1, 1, 1},  // 5 x 2 (2 x 2) large tiles
        Conv2dShape{2, 16, width, 9, 130, 3, 3, 1, 2, 2},    // the same, channels padded
        Conv2dShape{1, 12, 12, 3, 2, 9, 9, 1, 4, 1},         // 81 taps
        Conv2dShape{1, 11, 11, 2, 3, 5, 5, 5, 2, 1}}) {      // stride 5
    check_convolution<Kernels, Storage>(s);
  }
}

TEST_CASE_TEMPLATE("cuda conv2d: every combination of epilogues equals the definition", Storage, float,
                   bfloat16) {
  check_epilogues<Kernels, Storage>(Conv2dShape{2, 7, 5, 30, 21, 3, 3, 1, 1, 1});
  check_epilogues<Kernels, Storage>(Conv2dShape{1, 6, 6, 8, 64, 3, 3, 2, 1, 1});
}
