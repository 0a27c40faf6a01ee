// Where the time of a network goes, layer by layer, beside what the machine could do at best.
#pragma once
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "net/ceilings.h"
#include "net/hierarchical_network.h"

namespace huegrad {

struct ProfileRow {
  std::string layer, pass;  // "conv1_1", "forward"; pass is "forward", "backward", "loss" or "update"
  std::string algorithm;    // of convolutions: kernels/conv2d.h
  double seconds = 0;       // median
  double flops = 0;         // of the definition, two for each multiply-accumulate; counted for convolutions
  double bytes = 0;         // least traffic: everything read or written once

  double roofline_share(const Ceilings& ceilings) const;  // least time / time
};

struct ProfileOptions {
  int64_t batch = 1, height = 0, width = 0;                    // multiples of 8
  DType storage = DType::float32;                              // of activations; bfloat16 on CUDA only
  double seconds = 1.5;                                        // repeat about this long, at least three times
  std::function<void(double share)> progress = [](double) {};  // 0..1
};

struct Profile {
  std::vector<ProfileRow> rows;
  double whole = 0;  // seconds of a run that is not taken apart; 0: not measured
  Ceilings ceilings;

  double seconds() const;  // of all rows
};

// The inference plan of a network on its device: batch norms cost nothing, they are folded.
Profile profile_inference(const HierarchicalNetwork& network, const ProfileOptions& options);

// One step of training with random pictures and targets: forward and backward of each layer, the loss, and
// Adam. Changes the network: give it one that is not needed afterwards.
Profile profile_training(const HierarchicalNetwork& network, const ProfileOptions& options);

std::string to_table(const Profile& profile);
nlohmann::json to_json(const Profile& profile);

}  // namespace huegrad
