// The folder of one training run:
//
//   config.json                    options, and the network they made
//   log.jsonl                      one JSON object per line: "start", "step", "epoch" and "stop" events
//   events.out.tfevents.*          numbers, samples and options for TensorBoard; one file per start or resume
//   report.html                    the run on a page, written again at the end of each epoch and of the run
//   samples/epoch_NNN.png          validation pictures: grey, coloured, true, and labels (net/sample_sheet.h)
//   checkpoints/last.safetensors   everything needed to resume
//   best.safetensors               the best model so far
#pragma once
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace huegrad {

class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path() const { return path_; }
  std::filesystem::path config() const { return path_ / "config.json"; }
  std::filesystem::path log() const { return path_ / "log.jsonl"; }
  std::filesystem::path checkpoint() const { return path_ / "checkpoints" / "last.safetensors"; }
  std::filesystem::path report() const { return path_ / "report.html"; }
  std::filesystem::path best() const { return path_ / "best.safetensors"; }
  std::filesystem::path sample(int64_t epoch) const;

  // Throws Error(usage) when the folder exists and is not empty.
  void check_new() const;
  // Makes the folder. Throws Error(environment) when it cannot be made.
  void create() const;
  // Throws Error(usage) when there is no run to resume: no config.json or no checkpoint.
  void check_resumable() const;

  // {"options": ..., "network": ...} of the run, with its format and version.
  void write_config(const nlohmann::json& options, const nlohmann::json& network) const;
  // Throws Error(usage) as check_resumable() does, Error(input) when config.json is of no run, or of one of
  // another version.
  nlohmann::json read_config() const;

  // Adds a line to the log. Throws Error(environment) when the disk is full.
  void append(const nlohmann::json& event) const;
  // Drops what the log says about steps after `step`, which a killed run took and a resumed one repeats, and
  // a last line that was cut short.
  void rewind_log(int64_t step) const;

 private:
  std::filesystem::path path_;
};

}  // namespace huegrad
