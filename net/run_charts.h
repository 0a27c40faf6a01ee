// The curves of a training run's report.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace huegrad {

// What was learned, and what it has cost: <figure>s, without those that the log has no numbers for.
std::string run_charts(const std::vector<nlohmann::json>& log);
std::string cost_charts(const std::vector<nlohmann::json>& log);

}  // namespace huegrad
