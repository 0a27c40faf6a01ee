// What huegrad evaluate has to say, as text and as JSON.
#pragma once
#include <algorithm>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "net/evaluation.h"
#include "net/run_time.h"

namespace huegrad {

// One line of the table: measured by a method, or the reason why it is not.
struct ReportRow {
  std::string name;
  int method = -1;         // index; -1: not measured
  int compared_with = -1;  // another method, whose figures are subtracted; -1: none
  std::string reason = {};
  double paper_psnr = 0;  // Table 1 of the paper; 0: not in it
};

// What the paper states of its own model (section 3.1).
struct PaperModel {
  static constexpr double megabytes = 147.5, milliseconds = 25, epoch_minutes = 20;
  static constexpr int epoch_pictures = 10582;
  static constexpr const char* machine = "GTX Titan X";
};

// The same of the model that is measured.
struct ModelCost {
  double float32_megabytes = 0, stored_megabytes = 0;  // decimal
  RunTime time = {};
  int64_t height = 0, width = 0;  // of the picture that took time.picture
  std::string machine = {}, precision = {};
  double training_rate = 0;           // pictures per second; 0: the model does not tell
  std::string training_machine = {};  // empty: it does not tell

  double epoch_minutes() const { return PaperModel::epoch_pictures / training_rate / 60; }
};

enum class ReportColumns { colors, edges };

struct EvaluationReport {
  Protocol protocol;
  std::vector<std::string> data;
  std::string model = {};
  ColorizeOptions options = {};  // working sizes are the protocol's
  int64_t resamples = 0;
  uint64_t seed = 0;
  ReportColumns columns = ReportColumns::colors;  // of the text; JSON has all
  std::vector<ReportRow> rows = {};
  EvaluationResult result = {};
  std::vector<std::string> classes = {};
  std::string no_labels = {};  // why there are no figures of labels, if there are none
  std::optional<ModelCost> cost = {};

  // The row that a method was measured for.
  std::string name_of(int method) const { return std::ranges::find(rows, method, &ReportRow::method)->name; }
  // Of a row that is compared with another.
  Figures difference(const ReportRow& row) const {
    return result.figures[size_t(row.method)] - result.figures[size_t(row.compared_with)];
  }
};

nlohmann::json to_json(const EvaluationReport& report);
std::string to_text(const EvaluationReport& report);  // at most 120 columns

}  // namespace huegrad
