#include "apps/evaluation_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace huegrad {
namespace {

constexpr int kNameWidth = 26, kPaperWidth = 6;

// A column of the table: a figure, as offset + factor * itself.
struct Column {
  Figure figure;
  const char* title;
  int width, decimals, interval_decimals;
  double factor = 1, offset = 0;
};

const std::vector<Column>& columns_of(ReportColumns columns) {
  static const std::vector<Column> colors = {
      {Figure::psnr, "PSNR dB", 13, 2, 2},
      {Figure::ssim, "SSIM", 14, 4, 3},
      {Figure::auc, "AuC %", 11, 2, 1, 100},
      {Figure::balanced_auc, "balanced AuC", 13, 2, 1, 100},
      {Figure::colorfulness, "colourfulness", 14, 2, 1},
      {Figure::color_kl, "KL nats", 11, 3, 2},
      {Figure::balanced_color_kl, "balanced KL", 12, 3, 2},
  };
  static const std::vector<Column> edges = {
      {Figure::psnr, "PSNR dB", 14, 2, 2},
      {Figure::edge_alignment, "edge alignment", 16, 3, 3},
      {Figure::kept_contrast, "contrast kept %", 17, 1, 1, 100},
      {Figure::kept_contrast, "bleeding %", 14, 1, 1, -100, 100},
  };
  return columns == ReportColumns::edges ? edges : colors;
}

// An entry of the table: figures, and below them their intervals.
struct Entry {
  std::string name, name_below = {};
  Figures figures;
  double paper_psnr = 0;
  bool is_difference = false;
};

class Table {
 public:
  Table(const std::vector<Column>& columns, bool has_paper) : columns_(columns), has_paper_(has_paper) {
    text_ = std::string(kNameWidth, ' ');
    for (const Column& column : columns_) {
      text_ += fmt::format("{:>{}}", column.title, column.width);
      if (&column == &columns_.front() && has_paper) text_ += fmt::format("{:>{}}", "paper", kPaperWidth);
    }
    text_ += "\n";
  }

  void add(const Entry& entry) {
    std::string values = fmt::format("{:<{}}", entry.name, kNameWidth);
    std::string intervals = fmt::format("{:<{}}", entry.name_below, kNameWidth);
    for (const Column& column : columns_) {
      values += fmt::format("{:>{}}", value(column, entry), column.width);
      intervals += fmt::format("{:>{}}", interval(column, entry), column.width);
      if (&column != &columns_.front()) continue;
      values += paper(entry.paper_psnr);
      intervals += paper(0);
    }
    add_line(values);
    add_line(intervals);
  }
  void add_heading(const std::string& text) { add_line(text); }
  void add_missing(const std::string& name, double paper_psnr, const std::string& reason) {
    add_line(fmt::format("{:<{}}{:>{}}{}  ({})", name, kNameWidth, "-", columns_[0].width, paper(paper_psnr),
                         reason));
  }
  const std::string& text() const { return text_; }

 private:
  static double shown(const Column& column, const Entry& entry, double figure) {
    return column.factor * figure + (entry.is_difference ? 0 : column.offset);
  }
  static std::string value(const Column& column, const Entry& entry) {
    const double figure = shown(column, entry, entry.figures[column.figure].value);
    if (!std::isfinite(figure)) return entry.is_difference ? "" : "-";
    return entry.is_difference ? fmt::format("{:+.{}f}", figure, column.decimals)
                               : fmt::format("{:.{}f}", figure, column.decimals);
  }
  static std::string interval(const Column& column, const Entry& entry) {
    if (!std::isfinite(entry.figures[column.figure].value)) return "";
    const Interval range = entry.figures[column.figure].interval();
    const double a = shown(column, entry, range.low), b = shown(column, entry, range.high);
    return fmt::format("{:.{}f}..{:.{}f}", std::min(a, b), column.interval_decimals, std::max(a, b),
                       column.interval_decimals);
  }
  std::string paper(double psnr) const {
    if (!has_paper_) return "";
    return fmt::format("{:>{}}", psnr > 0 ? fmt::format("{:.1f}", psnr) : "", kPaperWidth);
  }
  void add_line(const std::string& line) { text_ += line.substr(0, line.find_last_not_of(' ') + 1) + "\n"; }

  const std::vector<Column>& columns_;
  bool has_paper_;
  std::string text_;
};

std::string table(const EvaluationReport& report) {
  Table table(columns_of(report.columns), report.rows.back().paper_psnr > 0);
  for (const ReportRow& row : report.rows)
    if (row.method < 0)
      table.add_missing(row.name, row.paper_psnr, row.reason);
    else
      table.add({.name = row.name,
                 .figures = report.result.figures[size_t(row.method)],
                 .paper_psnr = row.paper_psnr});
  table.add({.name = "original", .figures = report.result.original});
  const auto is_compared = [](const ReportRow& row) { return row.compared_with >= 0; };
  if (std::ranges::any_of(report.rows, is_compared)) table.add_heading("differences on the same pictures:");
  for (const ReportRow& row : report.rows)
    if (is_compared(row))
      table.add({.name = row.name,
                 .name_below = "- " + report.name_of(row.compared_with),
                 .figures = report.difference(row),
                 .is_difference = true});
  return table.text();
}

std::string percent(const Resampled& figure) {
  const Interval interval = figure.interval();
  return fmt::format("{:.2f} % ({:.1f}..{:.1f})", 100 * figure.value, 100 * interval.low,
                     100 * interval.high);
}

std::string labels_text(const EvaluationReport& report) {
  if (!report.result.labels) return fmt::format("labels: not measured ({})\n", report.no_labels);
  const LabelFigures& labels = *report.result.labels;
  std::string text = fmt::format("labels: mean IoU {}, mean accuracy {}, {} pixels\n",
                                 percent(labels.mean_iou), percent(labels.mean_accuracy), labels.pixels);
  text += fmt::format("        pixel accuracy {}, frequency-weighted IoU {}\n",
                      percent(labels.pixel_accuracy), percent(labels.frequency_weighted_iou));
  constexpr int kPerLine = 5;
  int printed = 0;
  for (size_t c = 0; c < labels.iou.size(); ++c) {
    if (std::isnan(labels.iou[c].value)) continue;
    text += printed % kPerLine == 0 ? "  IoU % " : "  ";
    text += fmt::format("{:<14.14} {:>4.1f}", report.classes[c], 100 * labels.iou[c].value);
    if (++printed % kPerLine == 0) text += "\n";
  }
  return printed % kPerLine == 0 ? text : text + "\n";
}

std::string epoch_text(const ModelCost& cost) {
  std::string text = fmt::format("epoch of {} pictures: ", PaperModel::epoch_pictures);
  text += cost.training_rate > 0
              ? fmt::format("{:.1f} min at {:.1f} pictures a second on {}", cost.epoch_minutes(),
                            cost.training_rate,
                            cost.training_machine.empty() ? "an unnamed machine" : cost.training_machine)
              : "the model does not tell its training speed";
  return text + fmt::format("; the paper {:.0f} min ({})\n", PaperModel::epoch_minutes, PaperModel::machine);
}

std::string cost_text(const ModelCost& cost) {
  std::string text =
      fmt::format("model size: {:.1f} MB in float32, {:.1f} MB as stored; the paper {:.1f} MB\n",
                  cost.float32_megabytes, cost.stored_megabytes, PaperModel::megabytes);
  text += fmt::format("run time: network {:.1f} ms for {}x{}, whole picture {:.1f} ms for {}x{}; the paper ",
                      1e3 * cost.time.network, cost.time.extent.height, cost.time.extent.width,
                      1e3 * cost.time.picture, cost.height, cost.width);
  text += fmt::format("{:.0f} ms ({})\n  on {}, {}\n", PaperModel::milliseconds, PaperModel::machine,
                      cost.machine, cost.precision);
  return text + epoch_text(cost);
}

}  // namespace

std::string to_text(const EvaluationReport& report) {
  std::string text = fmt::format(
      "protocol {}: {}\n{} pictures; model {}\nbelow each figure: its 95 % interval, {} resamples of the "
      "pictures\n\n",
      report.protocol.name, report.protocol.description, report.result.pictures, report.model,
      report.resamples);
  text += table(report) + "\n";
  if (report.columns == ReportColumns::colors || !report.result.labels) text += labels_text(report);
  return report.cost ? text + cost_text(*report.cost) : text;
}

}  // namespace huegrad
