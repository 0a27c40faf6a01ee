// What a network is made of: each layer's shape, parameters, work and memory, and the totals.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "net/layer_spec.h"

namespace huegrad {

struct LayerSummary {
  LayerSpec spec;
  LayerCost cost;
  int64_t activation_bytes = 0;  // of the output, in float32
};

struct Summary {
  NetworkConfig config;
  int64_t batch = 1, height = 0, width = 0;
  std::vector<LayerSummary> layers;
  int64_t parameters = 0;        // of convolutions: weights and biases
  int64_t buffers = 0;           // batch norm's running means and variances
  int64_t decoder = 0;           // a and b of every bin's centre
  int64_t macs = 0;              // multiply-accumulates of one forward pass
  int64_t activation_bytes = 0;  // sum over layers: what training keeps

  // Size of the model in the convention of the paper's Table 1: decimal megabytes of a float32 file that
  // holds parameters, batch-norm statistics and the decoder (the published file of Zhang et al. is
  // 128,946,764 bytes and their row says 128.9).
  double megabytes() const { return 4e-6 * double(parameters + buffers + decoder); }
};

// Walks the list of layers the network itself is built from. Throws Error(usage) unless height and width are
// positive multiples of 8.
Summary summarize(const NetworkConfig& config, int64_t batch, int64_t height, int64_t width);

std::string to_table(const Summary& summary);
nlohmann::json to_json(const Summary& summary);

}  // namespace huegrad
