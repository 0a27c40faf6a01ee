#include "net/run_report.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "net/embedded_files.h"
#include "net/html.h"
#include "net/run_charts.h"
#include "net/run_folder.h"
#include "net/run_log.h"

namespace huegrad {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Column {
  const char* title;
  const char* path;  // in an "epoch" event
  int decimals;
  double factor = 1;
};

constexpr std::array<Column, 13> kColumns = {
    {{"epoch", "/epoch", 0},
     {"step", "/step", 0},
     {"minutes", "/seconds", 1, 1.0 / 60},
     {"balanced cross-entropy", "/validation/balanced_cross_entropy", 4},
     {"balanced KL", "/validation/balanced_kl", 4},
     {"KL", "/validation/color_kl", 4},
     {"PSNR, dB", "/validation/psnr", 2},
     {"ab error", "/validation/ab_error", 2},
     {"chroma", "/validation/chroma", 2},
     {"nearest bin, %", "/validation/nearest_bin_accuracy", 1, 100},
     {"semantic loss", "/validation/semantic_loss", 4},
     {"pixel accuracy, %", "/validation/pixel_accuracy", 1, 100},
     {"mIoU, %", "/validation/mean_iou", 2, 100}}};

std::vector<json> epochs_of(const std::vector<json>& log) {
  std::vector<json> epochs;
  for (const json& event : log)
    if (event.value("event", "") == "epoch") epochs.push_back(event);
  return epochs;
}

// The epoch whose weights best.safetensors holds: least balanced cross-entropy, the first of equals. Null
// without validation.
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

std::string duration(double seconds) {
  const auto minutes = int64_t(seconds / 60);
  if (minutes >= 60) return fmt::format("{} h {} min", minutes / 60, minutes % 60);
  return minutes > 0 ? fmt::format("{} min {} s", minutes, int64_t(seconds) % 60)
                     : fmt::format("{:.0f} s", seconds);
}

// "in progress", "stopped" or "finished".
std::string state_of(const std::vector<json>& log) {
  if (log.empty() || log.back().value("event", "") != "stop") return "in progress";
  return log.back().value("finished", false) ? "finished" : "stopped, to be resumed";
}

std::string summary_line(const std::vector<json>& log) {
  double step = 0, seconds = 0, pictures = 0;
  for (const json& event : log) {
    step = std::max(step, find_number(event, "/step").value_or(0));
    seconds = std::max(seconds, find_number(event, "/seconds").value_or(0));
    pictures = std::max(pictures, find_number(event, "/pictures").value_or(0));
  }
  return fmt::format("<b>{}</b> after step {:.0f}, {} of training, {:.0f} pictures to an epoch",
                     state_of(log), step, duration(seconds), pictures);
}

std::string tile(const std::string& value, const std::string& what) {
  return fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>\n", value, what);
}

// The figures of the best epoch.
std::string tiles(const json& best) {
  if (best.is_null()) return "";
  const auto number = [&](const char* field) {
    return find_number(best, std::string("/validation/") + field);
  };
  std::string html = tile(fmt::format("{:.0f}", find_number(best, "/epoch").value_or(0)), "best epoch");
  html += tile(fmt::format("{:.3f}", *number("balanced_cross_entropy")), "balanced cross-entropy");
  if (const auto psnr = number("psnr")) html += tile(fmt::format("{:.2f} dB", *psnr), "PSNR");
  const auto chroma = number("chroma"), truth = number("true_chroma");
  if (chroma && truth)
    html += tile(fmt::format("{:.1f} of {:.1f}", *chroma, *truth), "chroma, predicted of true");
  if (const auto iou = number("mean_iou")) html += tile(fmt::format("{:.1f} %", 100 * *iou), "mean IoU");
  return "<section class=\"tiles\">\n" + html + "</section>\n";
}

std::string epoch_row(const json& epoch, bool best) {
  std::string row = best ? "<tr class=\"best\">" : "<tr>";
  for (const Column& column : kColumns) {
    const auto value = find_number(epoch, column.path);
    row += value ? fmt::format("<td>{:.{}f}</td>", *value * column.factor, column.decimals) : "<td>–</td>";
  }
  return row + "</tr>\n";
}

std::string epoch_table(const std::vector<json>& epochs, const json& best) {
  if (epochs.empty()) return "<p class=\"none\">No epoch has ended yet.</p>";
  std::string html = "<div class=\"scroll\"><table>\n<thead><tr>";
  for (const Column& column : kColumns) html += fmt::format("<th>{}</th>", column.title);
  html += "</tr></thead>\n<tbody>\n";
  for (size_t i = epochs.size(); i-- > 0;) html += epoch_row(epochs[i], epochs[i] == best);
  return html + "</tbody></table></div>";
}

std::string sample_sheets(const std::vector<std::string>& samples) {
  if (samples.empty()) return "<p class=\"none\">No samples yet.</p>";
  std::string html = "<div class=\"samples\">\n";
  for (size_t i = samples.size(); i-- > 0;) {
    std::string name = fs::path(samples[i]).stem().string();
    std::ranges::replace(name, '_', ' ');
    html += fmt::format(
        "<figure><a href=\"{0}\"><img loading=\"lazy\" src=\"{0}\" alt=\"Samples of {1}\"></a>"
        "<figcaption>{1}</figcaption></figure>\n",
        escape_html(samples[i]), escape_html(name));
  }
  return html + "</div>";
}

std::string shown_value(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string list;
  for (const json& item : value) list += (list.empty() ? "" : ", ") + shown_value(item);
  return list;
}

std::string option_table(const json& config, const std::string& part) {
  if (!config.is_object() || !config.contains(part) || !config[part].is_object()) return "";
  std::string html = fmt::format("<h3>{}</h3>\n<dl>\n", part);
  for (const auto& [name, value] : config[part].items())
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escape_html(name),
                        escape_html(shown_value(value)));
  return html + "</dl>\n";
}

std::vector<std::string> find_samples(const fs::path& folder) {
  std::vector<std::string> samples;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder / "samples", none))
    if (entry.path().extension() == ".png") samples.push_back("samples/" + entry.path().filename().string());
  // By length first: epoch 1000 comes after epoch 999.
  std::ranges::sort(samples, {}, [](const std::string& s) { return std::pair(s.size(), s); });
  return samples;
}

}  // namespace

std::string report_page(const RunStory& story) {
  const std::vector<json> epochs = epochs_of(story.log);
  const json best = best_epoch(epochs);
  const std::string charts = run_charts(story.log);
  const EmbeddedFile* file = find_embedded_file("report/template.html");
  const std::string_view page(reinterpret_cast<const char*>(file->bytes.data()), file->bytes.size());
  return fill_template(
      page,
      {{"title", escape_html(story.name)},
       {"summary", summary_line(story.log)},
       {"tiles", tiles(best)},
       {"charts", charts.empty() ? "<p class=\"none\">No step has been logged yet.</p>" : charts},
       {"epochs", epoch_table(epochs, best)},
       {"samples", sample_sheets(story.samples)},
       {"configuration", option_table(story.config, "options") + option_table(story.config, "network")}});
}

void write_run_report(const fs::path& folder) {
  const RunFolder run(folder);
  RunStory story{.name = fs::absolute(folder / ".").lexically_normal().parent_path().filename().string(),
                 .config = {},
                 .log = read_run_log(run.log()),
                 .samples = find_samples(folder)};
  if (fs::exists(run.config())) story.config = read_json(run.config());
  write_file(run.report(), report_page(story));
}

}  // namespace huegrad
