// The convolutions of the colour network and of its small presets, each pass.
#include "kernels/conv2d.h"

#include "benchmarks/passes.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

template <class Backend>
void run(Pass pass, const Conv2dShape& s, float* x, float* w, float* y) {
  if (pass == Pass::forward) conv2d_forward(Backend{}, s, x, w, {}, y);
  if (pass == Pass::backward_data) conv2d_backward_data(Backend{}, s, w, y, x);
  if (pass == Pass::backward_weight) conv2d_backward_weight(Backend{}, s, x, y, w);
}

// batch, height, width, in_channels, out_channels, kernel_height, kernel_width, stride, padding, dilation
const std::vector<Named<Conv2dShape>> kShapes = {
    {"conv1_1", {4, 112, 112, 1, 64, 3, 3, 1, 1, 1}},  {"conv1_2", {2, 112, 112, 64, 64, 3, 3, 2, 1, 1}},
    {"conv2_1", {2, 56, 56, 64, 128, 3, 3, 1, 1, 1}},  {"conv3_2", {1, 56, 56, 256, 256, 3, 3, 1, 1, 1}},
    {"conv4_1", {2, 28, 28, 256, 512, 3, 3, 1, 1, 1}}, {"conv5_1", {1, 28, 28, 512, 512, 3, 3, 1, 2, 2}},
    {"bins", {4, 56, 56, 256, 313, 1, 1, 1, 0, 1}},    {"small_112", {8, 28, 28, 112, 112, 3, 3, 1, 1, 1}},
    {"tiny_32", {16, 16, 16, 32, 32, 3, 3, 1, 1, 1}},
};

const bool kRegistered = [] {
  register_passes("conv2d<Reference>", std::vector<Named<Conv2dShape>>{kShapes.back()}, run<Reference>);
  register_passes("conv2d<Cpu>", kShapes, run<Cpu>);
  return true;
}();

}  // namespace
