// Our convolutions beside cuDNN's, on every layer of a network: no definition is fast enough for those
// shapes.
#include <doctest/doctest.h>

#include <cstdlib>

#include "kernels/conv2d.h"
#include "kernels/vendor/cudnn_plan.h"
#include "tests/support/compare.h"
#include "tests/support/cuda_choice.h"
#include "tests/support/device_array.h"
#include "tests/vendor/network_graphs.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

// HUEGRAD_PARITY=PRESET:SIDE:BATCH; small enough for the emulation where it is not set.
std::set<ConvolutionGraph> graphs() {
  const char* asked = std::getenv("HUEGRAD_PARITY");
  return network_graphs(asked ? asked : "tiny:8:1");
}

// What a pass computes by one choice.
template <class Storage>
std::vector<float> computed(const ConvolutionGraph& graph, ConvolutionChoice choice) {
  const CudaChoice use(choice, graph.math == ConvolutionMath::tensor_float32);
  const Conv2dShape& s = graph.shape;
  const auto array = [](int64_t size, uint64_t seed) {
    return stored<Storage>(random_values<float>(size, seed));
  };
  const DeviceArray<Storage> x(array(s.input_size(), 1)), w(array(s.weight_size(), 2)),
      y(array(s.output_size(), 3)), result(std::max(s.input_size(), s.output_size()));
  const DeviceArray<float> bias(random_values<float>(s.out_channels, 4)), dw(s.weight_size());
  const auto first = [&](int64_t size) {
    std::vector<float> values = floats(result.values());
    values.resize(size_t(size));
    return values;
  };
  switch (graph.pass) {
    case ConvolutionPass::forward:
      conv2d_forward(cuda_backend(), s, x.data(), w.data(), {.bias = bias.data(), .relu = graph.relu},
                     result.data());
      return first(s.output_size());
    case ConvolutionPass::backward_data:
      conv2d_backward_data(cuda_backend(), s, w.data(), y.data(), result.data());
      return first(s.input_size());
    case ConvolutionPass::backward_weight:
      break;
  }
  conv2d_backward_weight(cuda_backend(), s, x.data(), y.data(), dw.data());
  return dw.values();
}

// Both round their operands alike and sum in other orders; bfloat16 results are rounded once more (cuDNN's
// weight gradients too, before they become float).
double tolerance(const ConvolutionGraph& graph) {
  if (graph.math == ConvolutionMath::float32) return 1e-4;
  return graph.math == ConvolutionMath::bfloat16 ? 0x1p-7 : 2e-3;
}

}  // namespace

TEST_CASE("cuda parity: by hand and by cuDNN, every pass of every layer of a network is the same") {
  if (const std::string reason = vendor::cudnn_unavailable(); !reason.empty()) {
    MESSAGE("left out: " << reason);
    return;
  }
  double worst = 0;
  for (const ConvolutionGraph& graph : graphs()) {
    const auto both = [&](auto storage) {
      using Storage = decltype(storage);
      return relative_error(computed<Storage>(graph, ConvolutionChoice::handwritten),
                            computed<Storage>(graph, ConvolutionChoice::cudnn));
    };
    const double error = graph.math == ConvolutionMath::bfloat16 ? both(bfloat16{}) : both(float{});
    const std::string what = to_string(graph);
    CAPTURE(what);
    CHECK(error < tolerance(graph));
    worst = std::max(worst, error / tolerance(graph));
  }
  MESSAGE("largest difference: " << worst << " of what is allowed");
}
