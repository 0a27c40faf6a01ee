#include "benchmarks/engines_report.h"

#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "benchmarks/harness.h"
#include "kernels/vendor/cudnn_plans.h"
#include "tests/vendor/network_graphs.h"

namespace huegrad::bench {
namespace {

using namespace vendor;

nlohmann::json guesses(const CudnnDevice& device, const ConvolutionGraph& graph) {
  const DType storage = graph.math == ConvolutionMath::bfloat16 ? DType::bfloat16 : DType::float32;
  const auto array = [&](int64_t size) { return varied_values(size, -1, 1, storage, {DeviceKind::cuda}); };
  const Conv2dShape& s = graph.shape;
  const Tensor x = array(s.input_size()), w = array(s.weight_size()), y = array(s.output_size());
  constexpr double kWhateverItTakes = std::numeric_limits<double>::infinity();
  nlohmann::json list = nlohmann::json::array();
  for (const auto& plan : ConvolutionPlan::guesses(device, graph, kMeasuredGuesses))
    list.push_back({{"engine", plan->engine()},
                    {"workspace_bytes", plan->workspace_bytes()},
                    {"ms", 1e3 * seconds_of(cuda_context(), device, *plan, graph,
                                            {x.address(), w.address(), y.address()}, kWhateverItTakes)}});
  return list;
}

}  // namespace

std::string engines_as_json(const std::string& network) {
  const std::set<ConvolutionGraph> graphs = test::network_graphs(network);
  const CudnnDevice device(cuda_context().stream(), cuda_context().info().name);
  nlohmann::json passes;
  for (const ConvolutionGraph& graph : graphs)
    if (graph.math != ConvolutionMath::float32) passes[to_string(graph)] = guesses(device, graph);
  const nlohmann::json report = {
      {"device", cuda_context().info().name}, {"cudnn", cudnn_version()}, {"passes", passes}};
  return report.dump(1) + "\n";
}

}  // namespace huegrad::bench
