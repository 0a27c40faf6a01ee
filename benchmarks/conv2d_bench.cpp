// The convolutions of preset voc, each pass; forward with bias and ReLU, as they are in the network.
#include "kernels/conv2d.h"

#include "benchmarks/passes.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

const auto kRun = [](auto backend, Pass pass, const Conv2dShape& s, const auto& a) {
  if (pass == Pass::forward)
    conv2d_forward(backend, s, a.x.data(), a.w.data(), {.bias = a.bias.data(), .relu = true}, a.y.data());
  if (pass == Pass::backward_data) conv2d_backward_data(backend, s, a.w.data(), a.y.data(), a.x.data());
  if (pass == Pass::backward_weight) conv2d_backward_weight(backend, s, a.x.data(), a.y.data(), a.dw.data());
};

// height, width, in_channels, out_channels, kernel_height, kernel_width, stride, padding, dilation
std::vector<Named<Conv2dShape>> network(int64_t n) {
  return {{"conv1_1", {n, 224, 224, 1, 64, 3, 3, 1, 1, 1}},
          {"conv1_2", {n, 224, 224, 64, 64, 3, 3, 2, 1, 1}},
          {"conv2_1", {n, 112, 112, 64, 128, 3, 3, 1, 1, 1}},
          {"conv2_2", {n, 112, 112, 128, 128, 3, 3, 2, 1, 1}},
          {"conv3_1", {n, 56, 56, 128, 256, 3, 3, 1, 1, 1}},
          {"conv3_2", {n, 56, 56, 256, 256, 3, 3, 1, 1, 1}},
          {"conv3_3", {n, 56, 56, 256, 256, 3, 3, 2, 1, 1}},
          {"conv4_1", {n, 28, 28, 256, 512, 3, 3, 1, 1, 1}},
          {"conv4_2", {n, 28, 28, 512, 512, 3, 3, 1, 1, 1}},
          {"conv5_1", {n, 28, 28, 512, 512, 3, 3, 1, 2, 2}},
          {"conv8_313", {n, 56, 56, 256, 313, 1, 1, 1, 0, 1}},
          {"semantic_conv", {n, 56, 56, 768, 64, 3, 3, 1, 1, 1}},
          {"semantic_classifier", {n, 56, 56, 64, 21, 1, 1, 1, 0, 1}}};
}

// One picture at a time on the CPU.
const auto kCases =
    cases_of<Conv2dShape>({"tiny", {1, 8, 8, 8, 16, 3, 3, 1, 1, 1}}, network(1), network(kCudaBatch));

const bool kRegistered = every_pass("conv2d", "cudnn", kCases, kRun);

}  // namespace
