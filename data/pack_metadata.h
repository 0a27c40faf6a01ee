// What a pack says of itself.
#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "data/class_weights.h"

namespace huegrad {

struct PackMetadata {
  std::string kind;                  // of the data set: "voc", "coco-stuff" or "folder"
  std::string split;                 // "" when the data set has none
  int64_t size = 0;                  // shorter side of every picture
  std::vector<std::string> classes;  // empty when no picture is labelled
  double label_weight = 1;           // confidence in the labels: 1 for true ones, lower for pseudo-labels
  std::vector<double> prior;         // (313) mean of the soft-encoded colours, sums to 1
  int64_t prior_colors = 0;          // number of colours that the mean is taken over
  ClassFrequencies frequencies;      // of the labels as packed
};

nlohmann::json to_json(const PackMetadata& metadata);

// Throws Error(input), naming `where`, when something is missing, of the wrong type or impossible.
PackMetadata pack_metadata_from_json(const nlohmann::json& json, const std::string& where);

// Statistics of several packs that are trained on together. Throws Error(usage) when two labelled ones name
// different classes.
std::vector<double> combined_prior(const std::vector<PackMetadata>& packs);
ClassFrequencies combined_frequencies(const std::vector<PackMetadata>& packs);
std::vector<std::string> common_classes(const std::vector<PackMetadata>& packs);

}  // namespace huegrad
