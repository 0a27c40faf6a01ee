#include "net/layer_spec.h"

#include <doctest/doctest.h>

#include <map>
#include <numeric>

#include "net/hierarchical_network.h"

using namespace huegrad;

namespace {

std::map<std::string, LayerCost> costs_of(const std::string& preset) {
  const auto layers = hierarchical_layers(load_preset(preset));
  const auto costs = layer_costs(layers, 1, 224, 224);
  std::map<std::string, LayerCost> result;
  for (size_t i = 0; i < layers.size(); ++i) result[layers[i].name] = costs[i];
  return result;
}

int64_t total(const std::string& preset, int64_t LayerCost::*field) {
  int64_t sum = 0;
  for (const auto& [name, cost] : costs_of(preset)) sum += cost.*field;
  return sum;
}

}  // namespace

TEST_CASE("layers: parameters of every layer as published") {
  const std::map<std::string, int64_t> expected = {
      {"conv1_1", 640},
      {"conv1_2", 36928},
      {"conv2_1", 73856},
      {"conv2_2", 147584},
      {"conv3_1", 295168},
      {"conv3_2", 590080},
      {"conv3_3", 590080},
      {"conv4_1", 1180160},
      {"conv4_2", 2359808},
      {"conv4_3", 2359808},
      {"conv5_1", 2359808},
      {"conv5_2", 2359808},
      {"conv5_3", 2359808},
      {"conv6_1", 2359808},
      {"conv6_2", 2359808},
      {"conv6_3", 2359808},
      {"conv7_1", 2359808},
      {"conv7_2", 2359808},
      {"conv7_3", 2359808},
      {"conv8_1", 2097408},
      {"conv8_2", 590080},
      {"conv8_3", 590080},
      {"conv8_313", 80441},
      {"semantic_conv", 442432},
      {"semantic_classifier", 1365},
  };
  const auto costs = costs_of("voc");
  for (const auto& [name, parameters] : expected) {
    CAPTURE(name);
    CHECK(costs.at(name).parameters == parameters);
  }
}

TEST_CASE("layers: totals as published") {
  CHECK(total("zhang", &LayerCost::parameters) == 32230393);
  CHECK(total("zhang", &LayerCost::buffers) == 4992);
  CHECK(total("zhang", &LayerCost::macs) / 10'000'000 == 3198);  // 31.98 GMAC
  CHECK(total("voc", &LayerCost::parameters) == 32230393 + 4638613);
  CHECK(total("coco-stuff", &LayerCost::parameters) == 32230393 + 4649143);
  CHECK(total("voc", &LayerCost::macs) - total("zhang", &LayerCost::macs) ==
        2 * int64_t(1644167168) + 1387266048 + 4214784);
  // float16 on disk in at most 4 MB, with 100 kB to spare for header, biases and statistics
  CHECK(2 * (total("tiny", &LayerCost::parameters) + total("tiny", &LayerCost::buffers)) <= 3'900'000);
}

TEST_CASE("layers: geometry at 224") {
  const auto costs = costs_of("voc");
  const std::map<std::string, Shape> expected = {
      {"conv1_1", {1, 224, 224, 64}},        {"norm1", {1, 112, 112, 64}},
      {"norm2", {1, 56, 56, 128}},           {"norm3", {1, 28, 28, 256}},
      {"conv5_2", {1, 28, 28, 512}},         {"norm7", {1, 28, 28, 512}},
      {"conv8_1", {1, 56, 56, 256}},         {"conv8_313", {1, 56, 56, 313}},
      {"semantic_concat", {1, 56, 56, 768}}, {"semantic_classifier", {1, 56, 56, 21}}};
  for (const auto& [name, shape] : expected) {
    CAPTURE(name);
    CHECK(costs.at(name).output == shape);
  }
}

TEST_CASE("layers: the concatenation is in the order conv5, conv6, conv7") {
  const auto layers = hierarchical_layers(load_preset("voc"));
  const LayerSpec& concat = layers[size_t(find_layer(layers, "semantic_concat"))];
  std::vector<std::string> names;
  for (int64_t input : concat.inputs) names.push_back(layers[size_t(input)].name);
  CHECK(names == std::vector<std::string>{"semantic_deconv5", "semantic_deconv6", "conv8_1"});
  CHECK(find_layer(layers, "conv9_1") == -1);
}

TEST_CASE("layers: a block's batch norm follows its last ReLU") {
  const auto layers = hierarchical_layers(load_preset("zhang"));
  int norms = 0;
  for (const LayerSpec& layer : layers) {
    if (layer.kind != LayerKind::batch_norm) {
      CHECK(layer.options.relu == (layer.name != "conv8_313"));
      continue;
    }
    ++norms;
    const LayerSpec& before = layers[size_t(layer.inputs[0])];
    CHECK(before.kind == LayerKind::convolution);
    CHECK(before.options.relu);
  }
  CHECK(norms == 7);
}

TEST_CASE("layers: costs agree with the network's own tensors") {
  for (const char* preset : {"tiny", "zhang"}) {
    CAPTURE(preset);
    int64_t trainable = 0, fixed = 0;
    for (const NamedTensor& tensor : HierarchicalNetwork(load_preset(preset)).tensors())
      (tensor.trainable() ? trainable : fixed) += tensor.tensor.size();
    CHECK(trainable == total(preset, &LayerCost::parameters));
    CHECK(fixed == total(preset, &LayerCost::buffers));
  }
}
