// What colorize and segment share: their flags, and the loop that takes many pictures through the network.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apps/device_options.h"
#include "apps/inputs.h"
#include "net/colorizer.h"
#include "net/model_file.h"

namespace huegrad {

struct PictureFlags {
  std::vector<std::string> inputs;
  std::string output, model, size;
  DeviceOptions compute;
  int64_t batch = 1;
  int jobs = 2;
  bool lean = false, skip_existing = false, quiet = false, json = false;

  void add_to(CLI::App& command);
};

// "native" or a number; empty: the size the model was trained at. Throws Error(usage) for another word.
WorkingSize parse_working_size(const std::string& word, const NetworkConfig& config);

// The model that --model and --device name; `storage` becomes what --precision says.
LoadedModel load_model(const PictureFlags& flags, DType& storage);

struct RunSummary {
  int64_t done = 0, skipped = 0, failed = 0;
  int64_t interrupted = 0;  // left when the user stopped the run
  Device device;            // what the network ran on
  int status() const { return failed + interrupted > 0 ? 1 : 0; }
};

// Called with a decoded picture and what the network says of it, from several threads at once; writes the
// results. What it returns is added to the picture's line of --json.
using Finish =
    std::function<nlohmann::json(size_t index, const Image& picture, const Prediction& prediction)>;

// Reads, predicts and finishes every picture. A picture that fails is named on stderr and the rest goes on;
// what is wrong with the machine (disk full, out of memory) ends the run: it would be wrong for all of them.
// files: per picture what will be written; with --skip-existing a picture that has them all is left out.
RunSummary run_pictures(Colorizer& colorizer, const InputList& inputs,
                        const std::vector<std::vector<std::filesystem::path>>& files,
                        const PictureFlags& flags, const Finish& finish);

// Writes PNG bytes to standard output. Throws Error(environment) when they do not go through.
void write_to_stdout(std::span<const uint8_t> bytes);

// "coloured 12 pictures in 4 s (MACHINE), peak memory 96 MiB, left out 2 that exist -> out" on stdout, unless
// --quiet or --json.
void print_summary(std::string_view verb, const RunSummary& summary, double seconds,
                   const PictureFlags& flags);

}  // namespace huegrad
