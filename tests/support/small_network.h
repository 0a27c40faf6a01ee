// A network of the real topology, small enough for tests, with weights whose answers depend on the picture.
#pragma once
#include "core/generator.h"
#include "net/hierarchical_network.h"
#include "net/initialize.h"

namespace huegrad::test {

inline NetworkConfig small_config(bool semantics = true) {
  NetworkConfig config = load_preset("tiny");
  config.preset = "test";
  config.channels = {4, 4, 8, 8, 8, 8, 8, 8};
  config.deconv_channels = 4;
  config.head_channels = 4;
  config.input_size = 64;
  config.semantics = semantics;
  return config;
}

inline HierarchicalNetwork small_network(bool semantics = true, uint64_t seed = 1) {
  HierarchicalNetwork network(small_config(semantics));
  Generator random(seed);
  const Tensor noise = Tensor::empty({4, 32, 32, 1});
  for (int64_t i = 0; i < noise.size(); ++i) noise.data<float>()[i] = float(random.uniform(-50, 50));
  initialize(network, {.seed = seed}, noise);
  for (const NamedTensor& named : network.tensors())  // the last layers start timid
    if (named.name == "conv8_313.weight" || named.name == "semantic_classifier.weight")
      for (int64_t i = 0; i < named.tensor.size(); ++i) named.tensor.data<float>()[i] *= 10;
  return network;
}

}  // namespace huegrad::test
