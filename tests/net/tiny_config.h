// A network small enough for the plain reference kernels.
#pragma once
#include "net/network_config.h"

namespace huegrad::test {

inline NetworkConfig tiny_config(bool semantics = true) {
  NetworkConfig config;
  config.preset = "test";
  config.channels = {2, 3, 4, 5, 4, 3, 5, 4};
  config.bins = 7;
  config.semantics = semantics;
  config.classes = {"background", "cat", "dog"};
  config.deconv_channels = 3;
  config.head_channels = 4;
  config.input_size = 32;
  return config;
}

}  // namespace huegrad::test
