// The lines of RUN/log.jsonl (net/training_run.cpp writes them), for those who draw or export them.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "net/event_file.h"
#include "net/svg_chart.h"

namespace huegrad {

// Events in their order; a line that is no JSON object (cut short by a kill) is left out. Throws Error(input)
// when there is no such file.
std::vector<nlohmann::json> read_run_log(const std::filesystem::path& path);

// The number at a path such as "/validation/psnr"; nothing when it is absent, no number, or a measure of
// semantics on pictures without labels, which would be a meaningless 0.
std::optional<double> find_number(const nlohmann::json& event, const std::string& path);

// That number over the steps of all events of a kind ("step", "epoch").
std::vector<Point> read_curve(const std::vector<nlohmann::json>& log, const std::string& kind,
                              const std::string& path);

// The largest of those numbers over all events; 0 if none has any.
double greatest_number(const std::vector<nlohmann::json>& log, const std::string& path);

// A list of numbers or texts; empty when the field is absent or anything else.
template <class T>
std::vector<T> find_list(const nlohmann::json& object, const std::string& field);

// That list in the latest event that has one.
template <class T>
std::vector<T> latest_list(const std::vector<nlohmann::json>& log, const std::string& field) {
  for (size_t i = log.size(); i-- > 0;)
    if (auto list = find_list<T>(log[i], field); !list.empty()) return list;
  return {};
}

// The "epoch" events.
std::vector<nlohmann::json> epochs_of(const std::vector<nlohmann::json>& log);

// The epoch whose weights best.safetensors holds: least balanced cross-entropy, the first of equals. Null
// without validation.
nlohmann::json best_epoch(const std::vector<nlohmann::json>& epochs);

// What TensorBoard shows of an event: train/NAME of a "step", validation/NAME of an "epoch".
std::vector<Scalar> scalars_of(const nlohmann::json& event);

}  // namespace huegrad
