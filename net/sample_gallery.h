// The sample sheets of a training run, one at a time, with a slider that goes through the epochs.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace huegrad {

struct SampleGallery {
  std::vector<std::string> sheets;  // addresses relative to the page, "samples/epoch_NNN.png", oldest first
  std::vector<nlohmann::json> epochs;  // "epoch" events, which name the columns of the sheets
  std::vector<std::string> classes;    // in the order of labels; empty without semantics
};

// A <figure>; empty without sheets. The script of net/report/template.html turns its list of links into a
// slider; without scripts the list stays, and each link leads to its sheet.
std::string sample_gallery(const SampleGallery& gallery);

}  // namespace huegrad
