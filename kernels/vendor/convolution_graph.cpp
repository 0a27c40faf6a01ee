#include "kernels/vendor/convolution_graph.h"

namespace huegrad::vendor {

std::string to_string(const ConvolutionGraph& graph) {
  const char* const passes[] = {"forward pass", "data gradient", "weight gradient"};
  const char* const maths[] = {"float32", "TF32", "bfloat16"};
  const Conv2dShape& s = graph.shape;
  const auto extents = [](int64_t a, int64_t b, int64_t c, int64_t d) {
    return std::to_string(a) + "x" + std::to_string(b) + "x" + std::to_string(c) + "x" + std::to_string(d);
  };
  return std::string(passes[int(graph.pass)]) + " of " +
         extents(s.batch, s.in_height, s.in_width, s.in_channels) + " by " +
         extents(s.out_channels, s.kernel_height, s.kernel_width, s.in_channels) + ", stride " +
         std::to_string(s.stride) + ", padding " + std::to_string(s.padding) + ", dilation " +
         std::to_string(s.dilation) + (graph.bias ? ", bias" : "") + (graph.relu ? ", relu" : "") + ", " +
         maths[int(graph.math)];
}

}  // namespace huegrad::vendor
