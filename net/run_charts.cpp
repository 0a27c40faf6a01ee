#include "net/run_charts.h"

#include <algorithm>
#include <utility>

#include "net/run_log.h"
#include "net/svg_chart.h"

namespace huegrad {
namespace {

using nlohmann::json;

Series training(const std::vector<json>& log, const std::string& name, const std::string& field) {
  return {.name = name, .points = read_curve(log, "step", "/" + field), .smooth = true};
}

Series scaled(const std::string& name, std::vector<Point> points, double factor) {
  for (Point& p : points) p.y *= factor;
  return {.name = name, .points = std::move(points)};
}

Series validation(const std::vector<json>& log, const std::string& name, const std::string& field,
                  double factor = 1) {
  return scaled(name, read_curve(log, "epoch", "/validation/" + field), factor);
}

bool all_zero(const Series& series) {
  for (const Point& p : series.points)
    if (p.y != 0) return false;
  return true;
}

// A network without semantics logs a loss of 0.
Series semantic_training(const std::vector<json>& log) {
  Series series = training(log, "training, weighted by class", "semantic");
  if (all_zero(series)) series.points.clear();
  return series;
}

Series memory(const std::vector<json>& log, const std::string& name, const std::string& field) {
  return scaled(name, read_curve(log, "step", "/" + field), 1.0 / (1 << 30));
}

// Where only every few epochs are validated and logged, the mean of these.
Series epoch_minutes(const std::vector<json>& log) {
  Series series{.name = "an epoch", .points = read_curve(log, "epoch", "/seconds")};
  const std::vector<Point> epochs = read_curve(log, "epoch", "/epoch");
  if (epochs.size() != series.points.size()) return {};
  Point before_seconds, before_epoch;
  for (size_t i = 0; i < epochs.size(); ++i) {
    const Point seconds = series.points[i];
    series.points[i].y = (seconds.y - before_seconds.y) / std::max(epochs[i].y - before_epoch.y, 1.0) / 60;
    before_seconds = seconds;
    before_epoch = epochs[i];
  }
  return series;
}

Chart step_chart(const std::string& title, const std::string& unit, std::vector<Series> series,
                 bool from_zero = false) {
  return {.title = title,
          .x_label = "step",
          .y_label = unit,
          .from_zero = from_zero,
          .series = std::move(series)};
}

}  // namespace

std::string run_charts(const std::vector<json>& log) {
  Series rate{.name = "learning rate", .points = read_curve(log, "step", "/learning_rate")};
  return svg_chart(
             step_chart("Colour loss, training", "nats per pixel", {training(log, "training", "color")})) +
         svg_chart(step_chart("Colour cross-entropy, balanced by rarity", "nats per pixel",
                              {validation(log, "validation, balanced", "balanced_cross_entropy")})) +
         svg_chart(
             step_chart("KL divergence from the true colours", "nats per pixel",
                        {training(log, "training", "color_kl"), validation(log, "validation", "color_kl"),
                         validation(log, "validation, balanced", "balanced_kl")})) +
         svg_chart(step_chart(
             "Semantic loss", "nats per labelled pixel",
             {semantic_training(log), validation(log, "validation, unweighted", "semantic_loss")})) +
         svg_chart(step_chart("Mean intersection over union", "%",
                              {validation(log, "validation", "mean_iou", 100)}, true)) +
         svg_chart(step_chart("PSNR", "dB", {validation(log, "validation", "psnr")})) +
         svg_chart(step_chart(
             "Chroma: how colourful", "length of (a, b)",
             {validation(log, "predicted", "chroma"), validation(log, "true", "true_chroma")}, true)) +
         svg_chart(step_chart("Learning rate", "", {rate}, true));
}

std::string cost_charts(const std::vector<json>& log) {
  return svg_chart(step_chart("Speed", "images per second", {training(log, "training", "images_per_second")},
                              true)) +
         svg_chart(
             step_chart("Time of an epoch, validation included", "minutes", {epoch_minutes(log)}, true)) +
         svg_chart(step_chart("Memory of tensors", "GiB",
                              {memory(log, "host, peak so far", "peak_bytes"),
                               memory(log, "device, peak so far", "device_peak_bytes")},
                              true));
}

}  // namespace huegrad
