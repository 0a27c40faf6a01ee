// The measures of every epoch as an HTML table.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace huegrad {

// epochs: "epoch" events, oldest first; the latest becomes the first row. The row of `best` (null: none) is
// marked.
std::string epoch_table(const std::vector<nlohmann::json>& epochs, const nlohmann::json& best);

}  // namespace huegrad
