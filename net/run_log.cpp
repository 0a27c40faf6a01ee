#include "net/run_log.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <string_view>

#include "core/error.h"

namespace huegrad {

using nlohmann::json;

std::vector<json> read_run_log(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw Error(ErrorKind::input, "cannot read the log of a training run", path.string());
  std::vector<json> events;
  for (std::string line; std::getline(file, line);) {
    json event = json::parse(line, nullptr, false);
    if (event.is_object()) events.push_back(std::move(event));
  }
  return events;
}

std::optional<double> find_number(const json& event, const std::string& path) {
  constexpr std::array<std::string_view, 3> kSemantic = {
      "/validation/semantic_loss", "/validation/pixel_accuracy", "/validation/mean_iou"};
  if (std::ranges::find(kSemantic, path) != kSemantic.end() &&
      find_number(event, "/validation/labelled_pixels").value_or(0) == 0)
    return std::nullopt;
  const json::json_pointer pointer(path);
  if (!event.contains(pointer) || !event.at(pointer).is_number()) return std::nullopt;
  return event.at(pointer).get<double>();
}

std::vector<Point> read_curve(const std::vector<json>& log, const std::string& kind,
                              const std::string& path) {
  std::vector<Point> points;
  for (const json& event : log) {
    if (event.value("event", "") != kind) continue;
    const auto step = find_number(event, "/step"), value = find_number(event, path);
    if (step && value) points.push_back({*step, *value});
  }
  return points;
}

double greatest_number(const std::vector<json>& log, const std::string& path) {
  double greatest = 0;
  for (const json& event : log) greatest = std::max(greatest, find_number(event, path).value_or(0));
  return greatest;
}

template <class T>
std::vector<T> find_list(const json& object, const std::string& field) try {
  return object.is_object() ? object.value(field, std::vector<T>()) : std::vector<T>();
} catch (const json::type_error&) {
  return {};
}

template std::vector<double> find_list(const json& object, const std::string& field);
template std::vector<int64_t> find_list(const json& object, const std::string& field);
template std::vector<std::string> find_list(const json& object, const std::string& field);

std::vector<json> epochs_of(const std::vector<json>& log) {
  std::vector<json> epochs;
  for (const json& event : log)
    if (event.value("event", "") == "epoch") epochs.push_back(event);
  return epochs;
}

json best_epoch(const std::vector<json>& epochs) {
  json best;
  double least = INFINITY;
  for (const json& epoch : epochs) {
    const double measure = find_number(epoch, "/validation/balanced_cross_entropy").value_or(INFINITY);
    if (measure >= least) continue;
    least = measure;
    best = epoch;
  }
  return best;
}

std::vector<Scalar> scalars_of(const json& event) {
  constexpr std::array<std::string_view, 4> kCounts = {"step", "seconds", "pictures", "labelled_pixels"};
  const std::string kind = event.value("event", "");
  const bool is_epoch = kind == "epoch";
  if (kind != "step" && !(is_epoch && event.contains("validation"))) return {};
  const std::string parent = is_epoch ? "/validation/" : "/", group = is_epoch ? "validation/" : "train/";
  std::vector<Scalar> scalars;
  for (const auto& [name, value] : (is_epoch ? event["validation"] : event).items()) {
    if (std::ranges::find(kCounts, name) != kCounts.end()) continue;
    if (const auto number = find_number(event, parent + name)) scalars.push_back({group + name, *number});
  }
  return scalars;
}

}  // namespace huegrad
