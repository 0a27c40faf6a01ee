// RUN/report.html: how a training run goes, on one page that needs no network. Its charts are inline SVG; its
// pictures are those of samples/ beside it. A small script of its own goes through them; all else works
// without.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace huegrad {

struct RunStory {
  std::string name;
  nlohmann::json config;             // RUN/config.json; null: the page has no table of options
  std::vector<nlohmann::json> log;   // events (net/run_log.h)
  std::vector<std::string> samples;  // addresses of the sheets, relative to the page, oldest first
};

std::string report_page(const RunStory& story);

// Writes a run's report from its log, and from its configuration and samples as far as they are there.
// Throws Error(input) when there is no log, Error(environment) when the page cannot be written.
void write_run_report(const std::filesystem::path& folder);

}  // namespace huegrad
