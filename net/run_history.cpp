#include "net/run_history.h"

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "net/run_log.h"
#include "net/run_report.h"

namespace huegrad {

void RunHistory::record(const nlohmann::json& event) {
  folder_.append(event);
  events_.add(event.at("step").get<int64_t>(), scalars_of(event));
  const std::string kind = event.at("event").get<std::string>();
  if (kind == "epoch" || kind == "stop") write_run_report(folder_.path());
}

void RunHistory::record_options(int64_t step, const nlohmann::json& options) {
  events_.add_text(step, "options", "```\n" + options.dump(2) + "\n```");
}

void RunHistory::record_samples(int64_t step, int64_t epoch, const Image& sheet) {
  const std::vector<uint8_t> png = encode_png(sheet);
  write_file(folder_.sample(epoch), std::as_bytes(std::span(png)));
  events_.add_image(step, "validation/samples", sheet.width, sheet.height, png);
}

}  // namespace huegrad
