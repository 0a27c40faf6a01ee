#include "net/run_report.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "core/files.h"
#include "net/html.h"
#include "tests/support/command.h"
#include "tests/support/text.h"

namespace huegrad {
namespace {

using nlohmann::json;
using test::contains;

json step_event(int64_t step) {
  return {
      {"event", "step"},      {"step", step},    {"seconds", 2.0 * double(step)}, {"color", 4.0},
      {"color_kl", 2.0},      {"semantic", 0.5}, {"learning_rate", 1e-3},         {"images_per_second", 90},
      {"gradient_norm", 1.0}, {"loss", 4.5},     {"peak_bytes", 3 << 28}};
}

json epoch_event(int64_t epoch, double measure) {
  const json validation = {{"balanced_cross_entropy", measure},
                           {"psnr", 24.5},
                           {"chroma", 9.5},
                           {"true_chroma", 14.5},
                           {"labelled_pixels", 10},
                           {"mean_iou", 0.25}};
  return {{"event", "epoch"},
          {"epoch", epoch},
          {"step", 10 * epoch},
          {"seconds", 60.0 * double(epoch)},
          {"confusion", {30 + epoch, 10, 0, 40}},
          {"sample_columns", {"grey", "predicted labels"}},
          {"validation", validation}};
}

RunStory story() {
  return {.name = "runs <b>",
          .config = {{"options", {{"note", "<script>alert"}, {"data", {"a.pack", "b&c.pack"}}}},
                     {"network", {{"semantics", true}, {"classes", {"sky", "<sea>"}}}}},
          .log = {{{"event", "start"},
                   {"step", 0},
                   {"pictures", 80},
                   {"color_prior", std::vector<double>(313, 1.0 / 313)},
                   {"color_weights", std::vector<double>(313, 1)},
                   {"class_weights", {0.5, 1.5}}},
                  step_event(10),
                  epoch_event(1, 3.75),
                  step_event(20),
                  epoch_event(2, 3.5),
                  epoch_event(3, 3.625),
                  {{"event", "stop"}, {"step", 30}, {"finished", true}}},
          .samples = {"samples/epoch_001.png", "samples/epoch_002.png"}};
}

}  // namespace

TEST_CASE("html: text is escaped, templates are filled once") {
  CHECK(escape_html("<a href=\"x\">'&'</a>") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  CHECK(fill_template("{{a}}-{{b}}-{{a}}", {{"a", "{{b}}"}, {"b", "2"}}) == "{{b}}-2-{{b}}");
  CHECK(fill_template("plain", {}) == "plain");
  CHECK_THROWS_AS(fill_template("{{c}}", {{"a", "1"}}), Error);
  CHECK_THROWS_AS(fill_template("{{a", {{"a", "1"}}), Error);
}

TEST_CASE("run_report: has the curves, the best epoch, the samples and the options, escaped") {
  const std::string page = report_page(story());
  CHECK(contains(page, "<h1>runs &lt;b&gt;</h1>"));
  CHECK(contains(page, "<b>finished</b> after step 30, 3 min 0 s of training, 80 pictures"));
  for (const char* title : {"Colour loss", "Colour cross-entropy", "KL divergence", "Semantic loss",
                            "Mean inter", "PSNR", "Chroma", "Learning rate", "Speed"})
    CHECK_MESSAGE(contains(page, std::string("aria-label=\"") + title), std::string(title));
  CHECK(contains(page, "<tr class=\"best\"><td>2</td>"));
  CHECK(contains(page, "<b>3.500</b>"));
  CHECK(page.find("src=\"samples/epoch_002.png\"") < page.find("href=\"samples/epoch_001.png\""));
  CHECK(contains(page, "&lt;script&gt;alert"));
  CHECK_FALSE(contains(page, "<script>alert"));
  CHECK(contains(page, "a.pack, b&amp;c.pack"));
  CHECK_FALSE(contains(page, "http"));  // nothing from a network
  CHECK_FALSE(contains(page, "{{"));
}

TEST_CASE("run_report: has what the best epoch confuses, how pixels are weighted, time and memory") {
  const std::string page = report_page(story());
  CHECK(contains(page, "sky taken for sky: 32 of 42 pixels"));  // of epoch 2
  CHECK(contains(page, "&lt;sea&gt;: 40 pixels, 50 predicted, 40 right"));
  CHECK_FALSE(contains(page, "<sea>"));
  CHECK(contains(page, "Weight of each class in the loss"));
  CHECK(contains(page, "a 0, b 0: 0.319 % of all pixels"));
  CHECK(contains(page, "a 0, b 0: 1 times the mean"));
  CHECK(contains(page, "<b>3 min 0 s</b><span>of training in all"));
  CHECK(contains(page, "<b>1 min 0 s</b><span>an epoch, mean"));
  CHECK(contains(page, "<b>0.75 GiB</b><span>peak of tensors in host memory"));
  for (const char* title : {"Time of an epoch", "Memory of tensors"})
    CHECK_MESSAGE(contains(page, std::string("aria-label=\"") + title), std::string(title));
  CHECK(contains(page, "an epoch: 1 at step 20"));
  CHECK(contains(page, "Colours of the labels"));
}

TEST_CASE("run_report: logs of before the page had these sections are drawn without them") {
  RunStory old = story();
  for (json& event : old.log)
    for (const char* field :
         {"color_prior", "color_weights", "class_weights", "confusion", "sample_columns", "peak_bytes"})
      event.erase(field);
  const std::string page = report_page(old);
  CHECK(contains(page, "The log counts no labelled pixels"));
  CHECK(contains(page, "The log does not tell how colours are distributed"));
  CHECK(contains(page, "data-columns=\"grey|predicted, bilinear|truth\""));
  CHECK_FALSE(contains(page, "GiB"));
  CHECK(contains(page, "aria-label=\"Speed"));
}

TEST_CASE("run_report: says so when there is nothing yet") {
  const std::string page = report_page({.name = "new", .config = {}, .log = {}, .samples = {}});
  CHECK(contains(page, "in progress"));
  CHECK(contains(page, "No step has been logged yet"));
  CHECK(contains(page, "No epoch has ended yet"));
  CHECK(contains(page, "No samples yet"));
}

TEST_CASE("run_report: is written from a folder with a log alone, and again") {
  const test::TemporaryFolder folder;
  CHECK_THROWS_AS(write_run_report(folder.path()), Error);
  write_file(folder / "log.jsonl", step_event(10).dump() + "\n");
  write_run_report(folder.path() / "");
  const std::vector<uint8_t> first = read_file(folder / "report.html");
  CHECK(contains({first.begin(), first.end()}, "<h1>" + folder.path().filename().string() + "</h1>"));
  write_file(folder.path() / "samples" / "epoch_1000.png", "");
  write_file(folder.path() / "samples" / "epoch_999.png", "");
  write_run_report(folder.path());
  const std::vector<uint8_t> bytes = read_file(folder / "report.html");
  const std::string page(bytes.begin(), bytes.end());
  CHECK(page.find("samples/epoch_1000.png") < page.find("samples/epoch_999.png"));
}

}  // namespace huegrad
