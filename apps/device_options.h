// Where to compute and how exactly: the flags that every computing command has.
#pragma once
#include <CLI/CLI.hpp>
#include <string>

#include "core/device.h"
#include "core/dtype.h"

namespace huegrad {

struct ComputePlace {
  Device device;
  DType storage = DType::float32;  // of activations
};

struct DeviceOptions {
  std::string device = "auto", precision = "", convolution = "auto", products = "auto";
  std::string cuda_precision = "tf32";  // when --precision is not given

  // --device, --precision, --conv, --products
  void add_to(CLI::App& command);
  // Checks that the words fit together and makes the choices of the CUDA device known to it. Says on a
  // terminal, unless quiet, when --device auto found a CUDA device missing that this program could have used.
  ComputePlace choose(bool quiet) const;
  // "fp32", "tf32" or "bf16": what --precision comes to there.
  std::string precision_on(const ComputePlace& place) const;
};

}  // namespace huegrad
