// What a training run tells of itself while it goes: its log, TensorBoard's events and the report.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "data/image.h"
#include "net/event_file.h"
#include "net/run_folder.h"

namespace huegrad {

class RunHistory {
 public:
  // The folder exists already.
  explicit RunHistory(const RunFolder& folder) : folder_(folder), events_(folder.path()) {}

  // Adds an event to the log, its numbers to TensorBoard's file and, at the end of an epoch or of the run,
  // writes the report again. Throws Error(environment) when the disk is full.
  void record(const nlohmann::json& event);
  // Adds the options of the run to TensorBoard's file.
  void record_options(int64_t step, const nlohmann::json& options);
  // Writes the sample sheet of an epoch, 8-bit RGB, and adds it to TensorBoard's file.
  void record_samples(int64_t step, int64_t epoch, const Image& sheet);

 private:
  RunFolder folder_;
  EventFile events_;
};

}  // namespace huegrad
