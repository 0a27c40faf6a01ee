// A training run from its first step to its last: pictures in, a folder with a model, its history and a way
// to continue out (net/run_folder.h).
#pragma once
#include <filesystem>
#include <functional>
#include <string>

#include "core/device.h"
#include "core/dtype.h"
#include "net/train_config.h"
#include "net/validation.h"

namespace huegrad {

struct RunProgress {
  int64_t step = 0, total_steps = 0;  // total: by epochs and max_steps; 0 when only max_minutes ends the run
  double share = 0;                   // of the whole run that is done, 0..1
  double loss = 0;                    // what was optimised, mean of the last steps
  double images_per_second = 0;
};

struct RunRequest {
  std::filesystem::path folder;
  TrainConfig config;
  bool resume = false;  // continue the run in the folder; config must be the saved one, or differ in fields
                        // that may change
  Device device;
  DType storage = DType::float32;                     // of activations; bfloat16 on CUDA only
  std::function<bool()> stop = [] { return false; };  // asked after each step
  std::function<void(const RunProgress&)> on_step = [](const RunProgress&) {};
  std::function<void(const std::string&)> on_message = [](const std::string&) {};  // a line for people
};

struct RunResult {
  bool finished = false;  // false: stopped on request, and saved
  int64_t steps = 0;
  ValidationReport validation;  // the last one; no pictures when there was none
};

// Throws Error(usage) for options that cannot work, naming them, and when the loss stops being a number.
RunResult run_training(const RunRequest& request);

// The options of the run in a folder. Throws Error(usage) when there is none.
TrainConfig load_run_config(const std::filesystem::path& folder);

}  // namespace huegrad
