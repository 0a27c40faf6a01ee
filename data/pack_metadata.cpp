#include "data/pack_metadata.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "data/ab_bins.h"

namespace huegrad {
namespace {

void require(bool condition, std::string_view what, const std::string& where) {
  if (!condition)
    throw Error(ErrorKind::input, fmt::format("the pack's metadata is damaged: {}", what), where,
                "Make the pack again with huegrad prepare");
}

void check_values(const PackMetadata& metadata, const std::string& where) {
  require(metadata.size > 0 && metadata.size <= 1 << 16, "impossible size", where);
  require(metadata.label_weight > 0 && metadata.label_weight <= 1, "label weight outside (0, 1]", where);
  require(metadata.classes.size() <= 255, "more than 255 classes", where);
  require(int(metadata.prior.size()) == AbBins::zhang313().count(), "prior of another number of bins", where);
  double sum = 0;
  for (double p : metadata.prior) {
    require(p >= 0 && p <= 1, "prior outside 0..1", where);
    sum += p;
  }
  require(std::abs(sum - 1) < 1e-6, "prior that does not sum to 1", where);
  require(metadata.prior_colors > 0, "prior of no colours", where);
  const ClassFrequencies& frequencies = metadata.frequencies;
  require(frequencies.pixels.size() == metadata.classes.size() &&
              frequencies.image_pixels.size() == metadata.classes.size(),
          "class frequencies of another number of classes", where);
  for (size_t c = 0; c < metadata.classes.size(); ++c)
    require(frequencies.pixels[c] >= 0 && frequencies.image_pixels[c] >= frequencies.pixels[c],
            "impossible class frequencies", where);
}

}  // namespace

nlohmann::json to_json(const PackMetadata& metadata) {
  return {{"kind", metadata.kind},
          {"split", metadata.split},
          {"size", metadata.size},
          {"classes", metadata.classes},
          {"label_weight", metadata.label_weight},
          {"prior", metadata.prior},
          {"prior_colors", metadata.prior_colors},
          {"class_pixels", metadata.frequencies.pixels},
          {"class_image_pixels", metadata.frequencies.image_pixels}};
}

PackMetadata pack_metadata_from_json(const nlohmann::json& json, const std::string& where) {
  PackMetadata metadata;
  try {
    json.at("kind").get_to(metadata.kind);
    json.at("split").get_to(metadata.split);
    json.at("size").get_to(metadata.size);
    json.at("classes").get_to(metadata.classes);
    json.at("label_weight").get_to(metadata.label_weight);
    json.at("prior").get_to(metadata.prior);
    json.at("prior_colors").get_to(metadata.prior_colors);
    json.at("class_pixels").get_to(metadata.frequencies.pixels);
    json.at("class_image_pixels").get_to(metadata.frequencies.image_pixels);
  } catch (const nlohmann::json::exception& error) {
    require(false, error.what(), where);
  }
  check_values(metadata, where);
  return metadata;
}

std::vector<double> combined_prior(const std::vector<PackMetadata>& packs) {
  std::vector<double> prior(size_t(AbBins::zhang313().count()));
  double colors = 0;
  for (const PackMetadata& pack : packs) colors += double(pack.prior_colors);
  for (const PackMetadata& pack : packs)
    for (size_t q = 0; q < prior.size(); ++q)
      prior[q] += pack.prior[q] * (double(pack.prior_colors) / colors);
  return prior;
}

std::vector<std::string> common_classes(const std::vector<PackMetadata>& packs) {
  std::vector<std::string> classes;
  for (const PackMetadata& pack : packs) {
    if (pack.classes.empty()) continue;
    if (!classes.empty() && classes != pack.classes)
      throw Error(ErrorKind::usage,
                  fmt::format("packs with different classes cannot be mixed: {} ({}, ...) and {} ({}, ...)",
                              classes.size(), classes[0], pack.classes.size(), pack.classes[0]),
                  "", "Prepare one of them with --labels none");
    classes = pack.classes;
  }
  return classes;
}

ClassFrequencies combined_frequencies(const std::vector<PackMetadata>& packs) {
  ClassFrequencies sum(int64_t(common_classes(packs).size()));
  for (const PackMetadata& pack : packs)
    for (size_t c = 0; c < pack.classes.size(); ++c) {
      sum.pixels[c] += pack.frequencies.pixels[c];
      sum.image_pixels[c] += pack.frequencies.image_pixels[c];
    }
  return sum;
}

}  // namespace huegrad
