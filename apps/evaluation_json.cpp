#include <cmath>
#include <nlohmann/json.hpp>

#include "apps/evaluation_report.h"

namespace huegrad {
namespace {

// {figure: value, ..., "interval": {figure: [low, high], ...}} of those that are defined.
nlohmann::json figures_json(const Figures& figures) {
  nlohmann::json json = nlohmann::json::object(), intervals = nlohmann::json::object();
  for (size_t f = 0; f < kFigureNames.size(); ++f) {
    const Resampled& figure = figures[Figure(f)];
    if (!std::isfinite(figure.value)) continue;
    const std::string name(kFigureNames[f]);
    const Interval interval = figure.interval();
    json[name] = figure.value;
    intervals[name] = {interval.low, interval.high};
  }
  json["interval"] = intervals;
  return json;
}

nlohmann::json row_json(const EvaluationReport& report, const ReportRow& row) {
  nlohmann::json json = {{"name", row.name}};
  if (row.paper_psnr > 0) json["paper_psnr"] = row.paper_psnr;
  if (row.method < 0) {
    json["not_measured"] = row.reason;
    return json;
  }
  json.update(figures_json(report.result.figures[size_t(row.method)]));
  if (row.compared_with < 0) return json;
  json["difference"] = figures_json(report.difference(row));
  json["difference"]["from"] = report.name_of(row.compared_with);
  return json;
}

nlohmann::json labels_json(const EvaluationReport& report) {
  if (!report.result.labels) return nullptr;
  const LabelFigures& labels = *report.result.labels;
  nlohmann::json json = {{"pixels", labels.pixels}}, iou = nlohmann::json::object();
  nlohmann::json intervals = nlohmann::json::object(), iou_intervals = nlohmann::json::object();
  const auto add = [](nlohmann::json& values, nlohmann::json& ranges, const std::string& name,
                      const Resampled& figure) {
    const Interval interval = figure.interval();
    values[name] = figure.value;
    ranges[name] = {interval.low, interval.high};
  };
  add(json, intervals, "mean_iou", labels.mean_iou);
  add(json, intervals, "mean_accuracy", labels.mean_accuracy);
  add(json, intervals, "pixel_accuracy", labels.pixel_accuracy);
  add(json, intervals, "frequency_weighted_iou", labels.frequency_weighted_iou);
  for (size_t c = 0; c < labels.iou.size(); ++c)
    if (!std::isnan(labels.iou[c].value)) add(iou, iou_intervals, report.classes[c], labels.iou[c]);
  intervals["iou"] = iou_intervals;
  json.update({{"iou", iou}, {"interval", intervals}});
  return json;
}

nlohmann::json cost_json(const ModelCost& cost) {
  nlohmann::json json = {{"model_size",
                          {{"float32_mb", cost.float32_megabytes},
                           {"stored_mb", cost.stored_megabytes},
                           {"paper_mb", PaperModel::megabytes}}},
                         {"run_time",
                          {{"network_ms", 1e3 * cost.time.network},
                           {"network_size", {cost.time.extent.height, cost.time.extent.width}},
                           {"picture_ms", 1e3 * cost.time.picture},
                           {"picture_size", {cost.height, cost.width}},
                           {"machine", cost.machine},
                           {"precision", cost.precision},
                           {"paper_network_ms", PaperModel::milliseconds},
                           {"paper_machine", PaperModel::machine}}},
                         {"epoch",
                          {{"pictures", PaperModel::epoch_pictures},
                           {"paper_minutes", PaperModel::epoch_minutes},
                           {"minutes", nullptr}}}};
  if (cost.training_rate > 0)
    json["epoch"].update({{"minutes", cost.epoch_minutes()},
                          {"images_per_second", cost.training_rate},
                          {"machine", cost.training_machine}});
  return json;
}

}  // namespace

nlohmann::json to_json(const EvaluationReport& report) {
  nlohmann::json json = {
      {"protocol", report.protocol.name},
      {"protocol_description", report.protocol.description},
      {"pictures", report.result.pictures},
      {"data", report.data},
      {"model", report.model},
      {"temperature", report.options.temperature},
      {"saturation", report.options.saturation},
      {"jbu_sigma_spatial", report.options.jbu_sigma_spatial},
      {"jbu_sigma_range", report.options.jbu_sigma_range},
      {"jbu_radius", report.options.jbu_radius},
      {"bootstrap", {{"resamples", report.resamples}, {"seed", report.seed}, {"confidence", 0.95}}},
      {"rows", nlohmann::json::array()},
      {"original", figures_json(report.result.original)},
      {"semantics", labels_json(report)}};
  for (const ReportRow& row : report.rows) json["rows"].push_back(row_json(report, row));
  if (report.cost) json.update(cost_json(*report.cost));
  return json;
}

}  // namespace huegrad
