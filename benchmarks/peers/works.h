// The works that are compared, as huegrad does them.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/tensor.h"

namespace huegrad::peers {

using NamedOutputs = std::vector<std::pair<std::string, Tensor>>;

struct Work {
  std::function<void()> run;              // once, on inputs that are in memory
  std::function<NamedOutputs()> outputs;  // of the last run, or for what is compared instead
  double units = 1;                       // of work in a run, where a peer may do less: taps
};

// Loads from a folder that prepare() filled. name and mode:
//   inference/N        N pictures through the network; mode "lean": weights are transformed at every use
//   training/8         forward, joint loss, backward, clipping, AdamW, moving average; outputs: losses so far
//   upsampling/N       N megapixels of joint bilateral upsampling; outputs: of a small joint bilateral filter
//   cross_entropy      of soft targets, with its gradient
//   pictures           JPEG files to 224x224 8-bit RGB; mode "stb": with stb_image instead
// Throws Error(usage) for any other.
Work make_work(const std::string& name, const std::string& mode, const std::filesystem::path& folder);

}  // namespace huegrad::peers
