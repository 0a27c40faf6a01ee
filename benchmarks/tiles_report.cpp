#include "benchmarks/tiles_report.h"

#include <nlohmann/json.hpp>

#include "benchmarks/harness.h"
#include "kernels/conv2d.h"
#include "kernels/cuda/convolution.h"
#include "kernels/cuda_time.h"
#include "tests/support/cuda_choice.h"
#include "tests/vendor/network_graphs.h"

namespace huegrad::bench {
namespace {

using namespace vendor;
using test::CudaChoice;

template <class Storage>
nlohmann::json times_of(const ConvolutionGraph& graph) {
  const Conv2dShape& s = graph.shape;
  const On<Cuda, Storage> on;
  const auto x = on.values(s.input_size()), w = on.values(s.weight_size()), y = on.values(s.output_size());
  const auto bias = on.floats(s.out_channels), dw = on.floats(s.weight_size());
  const auto run = [&] {
    if (graph.pass == ConvolutionPass::forward)
      conv2d_forward(on.backend(), s, x.data(), w.data(),
                     {.bias = graph.bias ? bias.data() : nullptr, .relu = graph.relu}, y.data());
    if (graph.pass == ConvolutionPass::backward_data)
      conv2d_backward_data(on.backend(), s, w.data(), y.data(), x.data());
    if (graph.pass == ConvolutionPass::backward_weight)
      conv2d_backward_weight(on.backend(), s, x.data(), y.data(), dw.data());
  };
  const auto time = [&](int tile) {
    const CudaChoice choice(ConvolutionChoice::handwritten, true, tile);
    return 1e3 * least_seconds(cuda_context(), run);
  };
  const CudaChoice choice(ConvolutionChoice::handwritten, true);
  const cuda::TileNames names = cuda::convolution_tiles<Storage>(on.backend());
  nlohmann::json times;
  times["chosen"] = time(-1);
  const auto& of_pass = graph.pass == ConvolutionPass::backward_weight ? names.weight : names.forward;
  for (size_t tile = 0; tile < of_pass.size(); ++tile) times[of_pass[tile]] = time(int(tile));
  return times;
}

}  // namespace

std::string tiles_as_json(const std::string& network) {
  nlohmann::json passes;
  for (const ConvolutionGraph& graph : test::network_graphs(network))
    if (graph.math != ConvolutionMath::float32)
      passes[to_string(graph)] =
          graph.math == ConvolutionMath::bfloat16 ? times_of<bfloat16>(graph) : times_of<float>(graph);
  const nlohmann::json report = {{"device", cuda_context().info().name}, {"milliseconds", passes}};
  return report.dump(1) + "\n";
}

}  // namespace huegrad::bench
