// huegrad profile: where the time of a network goes, on this machine.
#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "apps/commands.h"
#include "apps/device_options.h"
#include "apps/progress.h"
#include "core/error.h"
#include "kernels/conv2d.h"
#include "kernels/parallel.h"
#include "net/initialize.h"
#include "net/model_file.h"
#include "net/profile.h"

namespace huegrad {
namespace {

constexpr int64_t kTicks = 100;  // of the progress bar

struct Options {
  std::string preset, model;
  DeviceOptions compute;
  int64_t size = 0;  // 0: the network's own
  int64_t batch = 1;
  int threads = 0;
  bool train = false, json = false, quiet = false;
};

// A preset with first weights: time does not depend on how good they are.
HierarchicalNetwork make_network(const Options& options, Device device) {
  if (options.preset.empty()) return load_model(options.model, device).network;
  HierarchicalNetwork network(load_network_config(options.preset),
                              device.in_host_memory() ? device : Device{});
  initialize(network, {.seed = 1});
  return device.in_host_memory() ? std::move(network) : network.to(device);
}

const char* products() { return cpu_multiplies_on_tiles() ? "tiles" : "vectors"; }

std::string where(const Device& device) {
  return device.kind == DeviceKind::cpu
             ? fmt::format("{}, {} threads, products on {}", to_string(device), thread_count(), products())
             : to_string(device);
}

void run(const Options& options) {
  if (options.size % 8 != 0)
    throw Error(ErrorKind::usage, fmt::format("--size {} is not a multiple of 8", options.size));
  if (options.threads > 0) set_thread_count(options.threads);
  const ComputePlace place = options.compute.choose(options.quiet || options.json);
  HierarchicalNetwork network = make_network(options, place.device);
  if (options.train) network.store_activations_in(place.storage);
  const int64_t size = options.size ? options.size : network.config().input_size;
  Progress bar("profile", kTicks, "", options.quiet || options.json);
  const ProfileOptions profile_options{
      .batch = options.batch,
      .height = size,
      .width = size,
      .storage = place.storage,
      .progress = [&](double share) { bar.update(int64_t(share * double(kTicks))); }};
  const Profile profile = options.train ? profile_training(network, profile_options)
                                        : profile_inference(network, profile_options);
  bar.clear();
  const std::string name = network.config().preset.empty() ? "unnamed" : network.config().preset;
  const std::string precision = options.compute.precision_on(place);
  if (options.json) {
    nlohmann::json json = to_json(profile);
    json.update({{"network", name},
                 {"mode", options.train ? "training" : "inference"},
                 {"device", to_string(place.device)},
                 {"precision", precision},
                 {"products", place.device.kind == DeviceKind::cpu ? nlohmann::json(products()) : nullptr},
                 {"input", {options.batch, size, size, 1}}});
    fmt::print("{}\n", json.dump(2));
    return;
  }
  fmt::print("{} of {} on {}, {}, input {}x{}x{}\n\n{}", options.train ? "training step" : "inference", name,
             where(place.device), precision, options.batch, size, size, to_table(profile));
}

}  // namespace

void add_profile(CLI::App& app, int&) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "profile", "Time a network layer by layer, beside what this machine could do at best");
  auto* preset = command->add_option("--preset", options->preset, kPresetHelp);
  command->add_option("--model", options->model, kModelHelp)->excludes(preset);
  options->compute.add_to(*command);
  command
      ->add_option("--size", options->size, "Side of the input, a multiple of 8 (default: the network's own)")
      ->check(CLI::Range(8, 16384));
  command->add_option("--batch", options->batch, "Pictures at once")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  command->add_option("--threads", options->threads, kThreadsHelp)->check(CLI::Range(1, 1024));
  command->add_flag("--train", options->train, "A step of training: forward, loss, backward, update");
  command->add_flag("--json", options->json, kJsonHelp);
  command->add_flag("--quiet", options->quiet, "No progress bar");
  command->footer(
      "Examples:\n"
      "  huegrad profile\n"
      "  huegrad profile --preset voc --batch 8 --device cpu\n"
      "  huegrad profile --preset voc --train --batch 32 --device cuda --precision bf16 --json");
  command->callback([options] { run(*options); });
}

}  // namespace huegrad
