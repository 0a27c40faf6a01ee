#include "net/run_history.h"

#include <nlohmann/json.hpp>

#include "net/run_log.h"
#include "net/run_report.h"

namespace huegrad {

void RunHistory::record(const nlohmann::json& event) {
  folder_.append(event);
  events_.add(event.at("step").get<int64_t>(), scalars_of(event));
  const std::string kind = event.at("event").get<std::string>();
  if (kind == "epoch" || kind == "stop") write_run_report(folder_.path());
}

}  // namespace huegrad
