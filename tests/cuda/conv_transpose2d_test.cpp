#include "kernels/conv_transpose2d.h"

#include <cstdlib>

#include "tests/cases/conv2d.h"
#include "tests/cuda/convolution_cases.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

const int64_t kAffordable =
    std::getenv("HUEGRAD_SMALL_CASES") ? 100'000 : 2'000'000;  // as in conv2d_test.cpp

struct Kernels {
  static void forward(auto... arguments) { conv_transpose2d_forward(arguments...); }
  static void backward_data(auto... arguments) { conv_transpose2d_backward_data(arguments...); }
  static void backward_weight(auto... arguments) { conv_transpose2d_backward_weight(arguments...); }
};

}  // namespace

TEST_CASE_TEMPLATE("cuda conv_transpose2d: every pass of every shape equals the definition", Storage, float,
                   bfloat16) {
  for (const ConvTranspose2dShape& s : kConvTranspose2dCases)
    if (s.macs() <= kAffordable) check_convolution<Kernels, Storage>(s);
}

TEST_CASE_TEMPLATE("cuda conv_transpose2d: every combination of epilogues equals the definition", Storage,
                   float, bfloat16) {
  check_epilogues<Kernels, Storage>(ConvTranspose2dShape{2, 5, 4, 16, 21, 4, 4, 2, 1, 1});
}
