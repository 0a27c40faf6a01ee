// A trained network inside a wider one, which then computes what it computed. (Net2Net, Chen et al. 2016,
// does so by copying channels; here the new ones are fresh.)
//
// The narrower network's channels are the first of every layer of the wider one, in a concatenation the first
// of every part. They listen to one another as before and to no new channel: those weights are zero, until
// training changes them. New channels listen to all.
#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "net/hierarchical_network.h"

namespace huegrad {

class Widening {
 public:
  // Throws Error(usage) naming the first layer that the narrower network lacks or has more channels of, or
  // whose logits differ in number. The narrower network is in host memory, in float32.
  Widening(HierarchicalNetwork narrower, const NetworkConfig& wider);

  // Whether the networks are as wide as each other, so that nothing of the wider one is left.
  bool covers_all() const { return covers_all_; }

  // Writes the narrower network's numbers into a layer of the wider one, in host memory and float32.
  void apply(const HierarchicalNetwork::Layer& wider) const;

 private:
  struct Source {
    size_t layer = 0;             // of the narrower network
    std::vector<int64_t> inputs;  // which of the wider layer's input channels are the narrower one's
  };

  HierarchicalNetwork narrower_;
  bool covers_all_;
  std::unordered_map<std::string, Source> sources_;  // by the layer's name
};

}  // namespace huegrad
