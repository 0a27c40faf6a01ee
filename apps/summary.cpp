// huegrad summary: layers, shapes, parameters, work and memory of a preset or a model.
#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "apps/commands.h"
#include "core/error.h"      // defines: Error
#include "net/model_file.h"  // defines: load_model
#include "net/summary.h"     // defines: summarize, to_table

namespace huegrad {
namespace {

struct Options {
  std::string preset, model;
  int64_t size = 0;  // 0: the network's own
  int64_t batch = 1;
  bool json = false;
};

void run(const Options& options) {
  if (options.size % 8 != 0)
    throw Error(ErrorKind::usage, fmt::format("--size {} is not a multiple of 8", options.size));
  const NetworkConfig config = options.preset.empty() ? load_model(options.model).network.config()
                                                      : load_network_config(options.preset);
  const int64_t size = options.size ? options.size : config.input_size;
  const Summary summary = summarize(config, options.batch, size, size);
  fmt::print("{}", options.json ? to_json(summary).dump(2) + "\n" : to_table(summary));
}

}  // namespace

void add_summary(CLI::App& app, int&) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("summary", "Show layers, shapes, parameters, work and memory");
  auto* preset = command->add_option("--preset", options->preset, kPresetHelp);
  command->add_option("--model", options->model, kModelHelp)->excludes(preset);
  command
      ->add_option("--size", options->size, "Side of the input, a multiple of 8 (default: the network's own)")
      ->check(CLI::Range(8, 16384));
  command->add_option("--batch", options->batch, "Pictures at once")->check(CLI::Range(1, 4096));
  command->add_flag("--json", options->json, kJsonHelp);
  command->footer(
      "Examples:\n"
      "  huegrad summary --preset voc\n"
      "  huegrad summary --model runs/voc/best.safetensors --size 512 --json");
  command->callback([options] { run(*options); });
}

}  // namespace huegrad
