// cuDNN makes plans for a device that is only described (h100.json: as a card was read by
// test_vendor --describe; a100.json: from public data sheets), so that
// every convolution of every network is checked on machines without a GPU: by the code that makes plans for a
// real one. What a plan then computes is checked where there is a device (tests/cuda).
#include "kernels/vendor/cudnn_plan.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "kernels/cuda_context.h"
#include "kernels/vendor/loaded/cudnn_descriptor.h"
#include "tests/cases/conv2d.h"
#include "tests/support/source.h"
#include "tests/vendor/network_graphs.h"

using namespace huegrad;
using namespace huegrad::test;
using namespace huegrad::vendor;

namespace {

std::string description(const std::string& device) {
  std::ifstream file(source_folder() / "tests/vendor" / (device + ".json"));
  REQUIRE(file.is_open());
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Summary {
  int plans = 0;
  std::map<int64_t, int> engines;
  int64_t largest_workspace = 0;
};

using Table = std::map<std::pair<ConvolutionMath, ConvolutionPass>, Summary>;

void check_plan(const CudnnDevice& device, const ConvolutionGraph& graph, Table& table) {
  const std::string what = to_string(graph);
  CAPTURE(what);
  try {
    const ConvolutionPlan plan(device, graph);
    CHECK(plan.uses_tensor_cores() == (graph.math != ConvolutionMath::float32));
    CHECK(plan.workspace_bytes() <= ConvolutionPlan::kWorkspaceLimit);
    Summary& summary = table[{graph.math, graph.pass}];
    ++summary.plans;
    ++summary.engines[plan.engine()];
    summary.largest_workspace = std::max(summary.largest_workspace, plan.workspace_bytes());
  } catch (const CudaError& error) {
    FAIL_CHECK(error.what());
  }
}

void print(const std::string& device, const Table& table) {
  const char* const maths[] = {"float32", "TF32", "bfloat16"};
  const char* const passes[] = {"forward", "data gradient", "weight gradient"};
  for (const auto& [kind, summary] : table) {
    std::string engines;
    for (const auto& [engine, times] : summary.engines) engines += fmt::format(" {}({})", engine, times);
    fmt::print("{:5} {:9} {:16} {:5} plans, workspace <= {:7.1f} MiB, engines (uses):{}\n", device,
               maths[int(kind.first)], passes[int(kind.second)], summary.plans,
               double(summary.largest_workspace) / (1 << 20), engines);
  }
}

void check_plans(const std::string& title, const std::set<ConvolutionGraph>& graphs) {
  fmt::print("{}: {} different passes\n", title, graphs.size());
  for (const std::string name : {"h100", "a100"}) {
    CAPTURE(name);
    const CudnnDevice device(description(name));
    Table table;
    for (const ConvolutionGraph& graph : graphs) check_plan(device, graph, table);
    print(name, table);
  }
}

}  // namespace

TEST_CASE("cudnn: every pass of every layer of every preset has a plan") {
  std::set<ConvolutionGraph> graphs;
  for (const std::string& preset : preset_names())
    for (const int64_t batch : {1, 32, 64}) add_network(preset, batch, graphs);
  check_plans("the presets' layers", graphs);
}

TEST_CASE("cudnn: every shape that kernels are tested with has a plan") {
  std::set<ConvolutionGraph> graphs;
  for (const Conv2dShape& s : kConv2dCases) add_convolution(s, graphs);
  for (const ConvTranspose2dShape& s : kConvTranspose2dCases) add_deconvolution(s, graphs);
  check_plans("shapes of the kernels' tests", graphs);
}

// As test_vendor --describe reads that of a device that is there.
TEST_CASE("cudnn: a device's description can be read back") {
  const nlohmann::json expected = nlohmann::json::parse(description("h100"));
  Descriptor device(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
  device.set_text(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION, expected.dump());
  const std::string text = std::move(device).finalize().get_text(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION);
  const nlohmann::json actual = nlohmann::json::parse(text);
  for (const char* key : {"deviceName", "multiProcessorCount", "deviceVer", "l2CacheSize"}) {
    CAPTURE(key);
    CHECK(actual.at(key) == expected.at(key));
  }
}

TEST_CASE("cudnn: what cannot be done is refused by name") {
  const CudnnDevice device(description("h100"));
  const ConvolutionGraph relu_alone = {
      ConvolutionPass::forward, ConvolutionMath::bfloat16, {1, 8, 8, 8, 8, 3, 3, 1, 1, 1}, false, true};
  CHECK_THROWS_AS(ConvolutionPlan(device, relu_alone), CudaError);
  CHECK_THROWS_AS(CudnnDevice("{}"), CudaError);
}
