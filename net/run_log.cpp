#include "net/run_log.h"

#include <algorithm>
#include <array>
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
