#include "kernels/joint_bilateral_upsample.h"

#include "benchmarks/harness.h"
#include "tests/cases/joint_bilateral_upsample.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

// The network's own grid, a filter (both of one size), a photograph of 2 megapixels and, where they are only
// coloured, of 12 and 24.
Cases<JointBilateralShape> cases(bool large) {
  const auto photograph = [](int64_t height, int64_t width) {
    return JointBilateralShape{.low_height = 56, .low_width = 56, .high_height = height, .high_width = width};
  };
  return at_batch_sizes(
      Named<JointBilateralShape>{"tiny", test::joint_bilateral_cases().front()}, [&](int64_t batch) {
        JointBilateralShape network = photograph(224, 224);
        network.batch = batch;
        std::vector<Named<JointBilateralShape>> named = {
            {"grid_of_" + std::to_string(batch), network},
            {"filter", {.low_height = 270, .low_width = 480, .high_height = 270, .high_width = 480}},
            {"2_megapixels", photograph(1080, 1920)}};
        if (large && batch == kCudaBatch)
          named.insert(named.end(), {{"12_megapixels", photograph(3000, 4000)},
                                     {"24_megapixels", photograph(4000, 6000)}});
        return named;
      });
}

// A tap: the distance of two guide values, squared, scaled and added to the spatial weight's exponent; then a
// multiply-add for each channel and one for the sum of weights.
Cost cost_of(const JointBilateralShape& s, double bytes) {
  const double taps = double(s.taps());
  return {.bytes = bytes, .flops = taps * (4 + 2 * double(s.channels + 1)), .exponentials = taps};
}

const bool kForward = everywhere("joint_bilateral_upsample_forward", cases(true), [](auto on, const auto& s) {
  const auto x = on.values(s.input_size(), -80, 80), y = on.values(s.output_size());
  const auto guide = on.floats(s.guide_size(), 100, 140);
  return Work{[=] { joint_bilateral_upsample_forward(on.backend(), s, x.data(), guide.data(), y.data()); },
              cost_of(s, bytes_of(x, y) + bytes_of(guide))};
});

const bool kBackward =
    everywhere("joint_bilateral_upsample_backward", cases(false), [](auto on, const auto& s) {
      const auto dy = on.values(s.output_size()), dx = on.values(s.input_size());
      const auto guide = on.floats(s.guide_size(), 100, 140);
      return Work{
          [=] { joint_bilateral_upsample_backward(on.backend(), s, guide.data(), dy.data(), dx.data()); },
          cost_of(s, bytes_of(dy, dx) + bytes_of(guide))};
    });

}  // namespace
