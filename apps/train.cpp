// huegrad train: packs in, a model out.
#include <fmt/core.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apps/commands.h"
#include "apps/convolution_choices.h"
#include "apps/device_options.h"
#include "apps/interrupt.h"
#include "apps/progress.h"
#include "core/error.h"
#include "kernels/parallel.h"
#include "net/run_report.h"
#include "net/training_run.h"

namespace huegrad {
namespace {

constexpr int64_t kDefaultEpochs = 30;
constexpr int64_t kTicks = 10000;  // of a progress bar that counts shares of a run

struct Flags {
  std::string preset, folder;
  DeviceOptions compute;
  std::vector<std::string> data, val, settings;
  int64_t epochs = 0, max_steps = 0, batch = 0, crop = 0;
  double minutes = 0;
  uint64_t seed = 0;
  int threads = 0;
  bool resume = false, report = false, quiet = false, json = false, list = false;
};

std::vector<std::string> absolute(const std::vector<std::string>& paths) {
  std::vector<std::string> result;
  for (const std::string& path : paths) {
    if (path.empty()) throw Error(ErrorKind::usage, "a pack without a name", "--data or --val");
    result.push_back(std::filesystem::absolute(path).string());
  }
  return result;
}

// Defaults or the saved options, then --set, then the flags.
TrainConfig make_config(const Flags& flags, const CLI::App& command) {
  TrainConfig config = flags.resume ? load_run_config(flags.folder) : TrainConfig{};
  for (const std::string& setting : flags.settings) set_field(config, setting);
  nlohmann::json given = nlohmann::json::object();
  const auto take = [&](const char* flag, const char* field, const auto& value) {
    if (command.count(flag) > 0) given[field] = value;
  };
  take("--preset", "preset", flags.preset);
  take("--data", "data", absolute(flags.data));
  take("--val", "val", absolute(flags.val));
  take("--epochs", "epochs", flags.epochs);
  take("--max-steps", "max_steps", flags.max_steps);
  take("--minutes", "max_minutes", flags.minutes);
  take("--batch", "batch", flags.batch);
  take("--crop", "crop", flags.crop);
  take("--seed", "seed", flags.seed);
  config = train_config_from_json(given, config);
  if (config.epochs == 0 && config.max_steps == 0 && config.max_minutes == 0) config.epochs = kDefaultEpochs;
  if (config.data.empty())
    throw Error(ErrorKind::usage, "nothing to train on", "--data", "Make a pack with 'huegrad prepare'");
  return config;
}

int train(const Flags& flags, const CLI::App& command) {
  if (flags.list) {
    fmt::print("{}\n", to_json(TrainConfig{}).dump(2));
    return 0;
  }
  if (flags.folder.empty()) throw Error(ErrorKind::usage, "no folder for the run", "-o");
  if (flags.report) {
    write_run_report(flags.folder);
    return 0;
  }
  if (flags.threads > 0) set_thread_count(flags.threads);

  const Interrupt interrupt;
  const ComputePlace place = flags.compute.choose(flags.quiet || flags.json);
  ConvolutionChoices choices(place.device);
  Progress bar("train", kTicks, "", flags.quiet || flags.json);
  RunRequest request{.folder = flags.folder,
                     .config = make_config(flags, command),
                     .resume = flags.resume,
                     .device = place.device,
                     .storage = place.storage};
  request.stop = [&] { return interrupt.requested(); };
  request.on_step = [&](const RunProgress& p) {
    choices.keep();
    bar.update(int64_t(p.share * kTicks),
               fmt::format("step {} loss {:.4f} {:.1f} images/s", p.step, p.loss, p.images_per_second));
  };
  request.on_message = [&](const std::string& line) {
    bar.clear();
    if (!flags.quiet && !flags.json) fmt::print(stderr, "{}\n", line);
  };
  const RunResult result = run_training(request);
  choices.keep();
  bar.clear();
  if (!result.finished)
    fmt::print(stderr, "stopped and saved after step {}; continue with: huegrad train -o {} --resume\n",
               result.steps, flags.folder);
  if (flags.json)
    fmt::print("{}\n", nlohmann::json{{"finished", result.finished},
                                      {"steps", result.steps},
                                      {"run", flags.folder},
                                      {"validation", to_json(result.validation)}}
                           .dump(2));
  return 0;
}

}  // namespace

void add_train(CLI::App& app, int& status) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* command = app.add_subcommand("train", "Train a network on packs");
  command->add_option("--preset", flags->preset, kPresetHelp)->default_str("voc");
  command->add_option("--data", flags->data, "Packs to train on, separated by commas")->delimiter(',');
  command->add_option("--val", flags->val, "Packs to validate on after each epoch, separated by commas")
      ->delimiter(',');
  command->add_option("-o,--output", flags->folder, "Folder of the run: new, or with --resume an old one");
  command->add_option(
      "--epochs", flags->epochs,
      fmt::format("Times to see every picture (default {} unless another limit is given)", kDefaultEpochs));
  command->add_option("--max-steps", flags->max_steps, "Stop after this many steps");
  command->add_option(
      "--minutes", flags->minutes,
      "Stop after this many minutes; the learning rate follows the clock, so that the run ends "
      "annealed, but no two runs are quite the same");
  command->add_option("--batch", flags->batch, "Pictures per step (default 16)");
  command->add_option("--crop", flags->crop, "Side of the random crops, a multiple of 8 (default 128)");
  flags->compute.add_to(*command);
  command->add_option("--threads", flags->threads, kThreadsHelp)->check(CLI::Range(1, 1024));
  command->add_option("--seed", flags->seed, "Of weights, order of pictures and augmentation (default 1)")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--set", flags->settings, "Any option by name: key=value ...");
  command->add_flag("--list-options", flags->list, "Print every option that --set knows, with its default");
  command->add_flag("--resume", flags->resume, "Continue the run in the folder");
  command->add_flag("--report", flags->report,
                    "Train nothing: write the report.html of the run in the folder again, from its log");
  command->add_flag("--quiet", flags->quiet, kQuietHelp);
  command->add_flag("--json", flags->json, kJsonHelp);
  command->footer(
      "Examples:\n"
      "  huegrad train --preset tiny --data train.pack --val val.pack -o runs/tiny --epochs 30\n"
      "  huegrad train --preset voc --data a.pack,b.pack -o runs/voc --set learning_rate=1e-3 "
      "ema_decay=0.9995\n"
      "  huegrad train -o runs/voc --resume\n"
      "Ctrl-C finishes the step, saves and stops.");
  command->callback([=, &status] { status = train(*flags, *command); });
}

}  // namespace huegrad
