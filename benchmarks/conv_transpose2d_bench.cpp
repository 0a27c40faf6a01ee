// The transposed convolutions that double a size: the network's (conv8_1 and those of the semantic branch
// differ in nothing) and the tiny preset's.
#include "kernels/conv_transpose2d.h"

#include "benchmarks/passes.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

template <class Backend>
void run(Pass pass, const ConvTranspose2dShape& s, float* x, float* w, float* y) {
  if (pass == Pass::forward) conv_transpose2d_forward(Backend{}, s, x, w, {}, y);
  if (pass == Pass::backward_data) conv_transpose2d_backward_data(Backend{}, s, w, y, x);
  if (pass == Pass::backward_weight) conv_transpose2d_backward_weight(Backend{}, s, x, y, w);
}

// batch, height, width, in_channels, out_channels, kernel_height, kernel_width, stride, padding, dilation
const std::vector<Named<ConvTranspose2dShape>> kShapes = {
    {"conv8_1", {1, 28, 28, 512, 256, 4, 4, 2, 1, 1}},
    {"tiny_conv8_1", {4, 16, 16, 112, 64, 4, 4, 2, 1, 1}},
};

const bool kRegistered = [] {
  register_passes("conv_transpose2d<Reference>", std::vector<Named<ConvTranspose2dShape>>{kShapes.back()},
                  run<Reference>);
  register_passes("conv_transpose2d<Cpu>", kShapes, run<Cpu>);
  return true;
}();

}  // namespace
