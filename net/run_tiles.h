// The few figures of a training run that are looked for first, as large numbers.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace huegrad {

// "2 h 5 min", "3 min 20 s", "12 s".
std::string duration(double seconds);

// What the best epoch reached (an "epoch" event with its validation); empty for null.
std::string best_tiles(const nlohmann::json& best);

// What the run has cost: time in all and for an epoch, and memory; empty while no epoch has ended.
std::string cost_tiles(const std::vector<nlohmann::json>& log);

}  // namespace huegrad
