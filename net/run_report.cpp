#include "net/run_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/files.h"
#include "net/ab_plane_chart.h"
#include "net/bar_list.h"
#include "net/confusion_chart.h"
#include "net/embedded_files.h"
#include "net/epoch_table.h"
#include "net/html.h"
#include "net/run_charts.h"
#include "net/run_folder.h"
#include "net/run_log.h"
#include "net/run_tiles.h"
#include "net/sample_gallery.h"

namespace huegrad {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// "in progress", "stopped" or "finished".
std::string state_of(const std::vector<json>& log) {
  if (log.empty() || log.back().value("event", "") != "stop") return "in progress";
  return log.back().value("finished", false) ? "finished" : "stopped, to be resumed";
}

std::string summary_line(const std::vector<json>& log) {
  return fmt::format("<b>{}</b> after step {:.0f}, {} of training, {:.0f} pictures to an epoch",
                     state_of(log), greatest_number(log, "/step"), duration(greatest_number(log, "/seconds")),
                     greatest_number(log, "/pictures"));
}

std::string or_none(const std::string& html, const char* instead) {
  return html.empty() ? fmt::format("<p class=\"none\">{}</p>", instead) : html;
}

// Names of the classes; empty for a network without semantics.
std::vector<std::string> classes_of(const json& config) {
  if (!config.is_object() || !config.contains("network") || !config["network"].is_object()) return {};
  const json& network = config["network"];
  return network.value("semantics", false) ? find_list<std::string>(network, "classes")
                                           : std::vector<std::string>();
}

std::string class_weight_bars(const std::vector<json>& log, const std::vector<std::string>& classes) {
  const std::vector<double> weights = latest_list<double>(log, "class_weights");
  if (weights.size() != classes.size()) return "";
  BarList list{.title = "Weight of each class in the loss",
               .hint = "What a pixel counts, by the frequency of its class in training.",
               .decimals = 2,
               .bars = {}};
  for (size_t c = 0; c < classes.size(); ++c) list.bars.push_back({classes[c], weights[c], ""});
  return bar_list(list);
}

// best: the epoch whose confusion matrix is shown.
std::string semantics(const RunStory& story, const json& best) {
  const std::vector<std::string> classes = classes_of(story.config);
  const ConfusionCounts confusion = {classes, find_list<int64_t>(best, "confusion")};
  return confusion_chart(confusion) + iou_bars(confusion) + class_weight_bars(story.log, classes);
}

std::string colors(const std::vector<json>& log) {
  std::vector<double> prior = latest_list<double>(log, "color_prior");
  for (double& share : prior) share *= 100;
  return ab_plane_chart({"How often each colour occurs in training", "% of all pixels", prior}) +
         ab_plane_chart({"How much each colour counts in the loss", "times the mean",
                         latest_list<double>(log, "color_weights")});
}

std::string cost(const std::vector<json>& log) {
  const std::string charts = cost_charts(log);
  if (charts.empty()) return or_none("", "No step has been logged yet.");
  return cost_tiles(log) + "<section class=\"charts\">\n" + charts + "</section>";
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
  const EmbeddedFile* file = find_embedded_file("report/template.html");
  const std::string_view page(reinterpret_cast<const char*>(file->bytes.data()), file->bytes.size());
  return fill_template(
      page,
      {{"title", escape_html(story.name)},
       {"summary", summary_line(story.log)},
       {"tiles", best_tiles(best)},
       {"charts", or_none(run_charts(story.log), "No step has been logged yet.")},
       {"epochs", epochs.empty() ? or_none("", "No epoch has ended yet.") : epoch_table(epochs, best)},
       {"samples",
        or_none(sample_gallery({story.samples, epochs, classes_of(story.config)}), "No samples yet.")},
       {"semantics", or_none(semantics(story, best), "The log counts no labelled pixels of the best epoch.")},
       {"colors", or_none(colors(story.log), "The log does not tell how colours are distributed.")},
       {"cost", cost(story.log)},
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
