// One list of fields, for_each_field, serves reading, writing, --set and comparing.
#include "net/train_config.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace huegrad {
namespace {

using nlohmann::json;

[[noreturn]] void fail(const char* name, std::string_view what, std::string_view hint = "") {
  throw Error(ErrorKind::usage, fmt::format("training option \"{}\" {}", name, what), "", hint);
}

constexpr double kAny = std::numeric_limits<double>::infinity();

struct Range {
  double low = 0, high = kAny;
};

struct Choice {
  std::initializer_list<const char*> names;
};

struct Any {};

enum class OnResume { fixed, free };

// Calls f(name, field, what is allowed, whether a resumed run may change it) for each field.
template <class Config, class F>
void for_each_field(Config& c, F&& f) {
  using enum OnResume;
  f("preset", c.preset, Any{}, fixed);
  f("semantics", c.semantics, Any{}, fixed);
  f("initial_model", c.initial_model, Any{}, fixed);
  f("initialization", c.initialization, Choice{{"measured", "he"}}, fixed);
  f("data", c.data, Any{}, fixed);
  f("data_weights", c.data_weights, Range{0, 1000}, fixed);
  f("oversample_classes", c.oversample_classes, Range{0, 1}, fixed);
  f("oversample_colors", c.oversample_colors, Range{0, 4}, fixed);
  f("val", c.val, Any{}, free);
  f("lambda_color", c.lambda_color, Range{}, fixed);
  f("lambda_semantic", c.lambda_semantic, Range{}, fixed);
  f("loss_normalization", c.loss_normalization, Choice{{"caffe", "mean"}}, fixed);
  f("class_weights", c.class_weights, Choice{{"none", "median", "enet"}}, fixed);
  f("rebalance", c.rebalance, Any{}, fixed);
  f("rebalance_lambda", c.rebalance_lambda, Range{0, 1}, fixed);
  f("rebalance_alpha", c.rebalance_alpha, Range{0, 10}, fixed);
  f("neighbours", c.neighbours, Range{1, 16}, fixed);
  f("optimizer", c.optimizer, Choice{{"adam", "adamw", "sgd"}}, fixed);
  f("learning_rate", c.learning_rate, Range{}, fixed);
  f("beta1", c.beta1, Range{0, 0.9999999}, fixed);
  f("beta2", c.beta2, Range{0, 0.9999999}, fixed);
  f("momentum", c.momentum, Range{0, 1}, fixed);
  f("weight_decay", c.weight_decay, Range{}, fixed);
  f("clip_norm", c.clip_norm, Range{}, fixed);
  f("schedule", c.schedule, Choice{{"constant", "step", "poly", "cosine"}}, fixed);
  f("warmup_steps", c.warmup_steps, Range{}, fixed);
  f("schedule_step", c.schedule_step, Range{1}, fixed);
  f("schedule_factor", c.schedule_factor, Range{}, fixed);
  f("schedule_power", c.schedule_power, Range{}, fixed);
  f("ema_decay", c.ema_decay, Range{0, 1}, fixed);
  f("batch", c.batch, Range{1, 65536}, fixed);
  f("crop", c.crop, Range{8, 4096}, fixed);
  f("lightness_jitter", c.lightness_jitter, Range{0, 50}, fixed);
  f("contrast_jitter", c.contrast_jitter, Range{0, 1}, fixed);
  f("epochs", c.epochs, Range{0, 1e6}, free);
  f("max_steps", c.max_steps, Range{0, 1e12}, free);
  f("max_minutes", c.max_minutes, Range{}, free);
  f("seed", c.seed, Range{}, fixed);
  f("log_every", c.log_every, Range{1}, free);
  f("validate_every", c.validate_every, Range{1}, free);
  f("checkpoint_minutes", c.checkpoint_minutes, Range{}, free);
  f("checkpoint_steps", c.checkpoint_steps, Range{}, free);
  f("validation_pictures", c.validation_pictures, Range{}, free);
  f("sample_pictures", c.sample_pictures, Range{0, 64}, free);
  f("half", c.half, Any{}, free);
}

void check_range(const char* name, double value, const Range& range) {
  if (std::isfinite(value) && value >= range.low && value <= range.high) return;
  fail(name, range.high == kAny ? fmt::format("must be at least {}, not {}", range.low, value)
                                : fmt::format("must be in {} .. {}, not {}", range.low, range.high, value));
}

void read(const char* name, const json& value, double& field, const Range& range) {
  if (!value.is_number()) fail(name, "wants a number");
  check_range(name, value.get<double>(), range);
  field = value.get<double>();
}

template <class Integer>
void read_integer(const char* name, const json& value, Integer& field, const Range& range) {
  if (!value.is_number_integer()) fail(name, "wants a whole number");
  check_range(name, value.get<double>(), range);
  field = value.get<Integer>();
}

void read(const char* name, const json& value, int64_t& field, const Range& range) {
  read_integer(name, value, field, range);
}

void read(const char* name, const json& value, uint64_t& field, const Range& range) {
  read_integer(name, value, field, range);
}

void read(const char* name, const json& value, bool& field, Any) {
  if (!value.is_boolean()) fail(name, "wants true or false");
  field = value.get<bool>();
}

void read(const char* name, const json& value, std::string& field, Any) {
  if (!value.is_string()) fail(name, "wants text");
  field = value.get<std::string>();
}

void read(const char* name, const json& value, std::string& field, const Choice& choice) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  if (std::find(choice.names.begin(), choice.names.end(), text) == choice.names.end())
    fail(name, fmt::format("cannot be \"{}\"", text),
         fmt::format("Choose {}", fmt::join(choice.names, ", ")));
  field = text;
}

void read(const char* name, const json& value, std::vector<double>& field, const Range& range) {
  if (!value.is_array()) fail(name, "wants a list of numbers");
  field.assign(value.size(), 0);
  for (size_t i = 0; i < value.size(); ++i) read(name, value[i], field[i], range);
}

void read(const char* name, const json& value, std::vector<std::string>& field, Any) {
  const auto is_text = [](const json& item) { return item.is_string(); };
  if (!value.is_array() || !std::all_of(value.begin(), value.end(), is_text))
    fail(name, "wants a list of files");
  field = value.get<std::vector<std::string>>();
}

}  // namespace

TrainConfig train_config_from_json(const json& document, const TrainConfig& base) {
  if (!document.is_object()) throw Error(ErrorKind::usage, "training options must be a JSON object");
  TrainConfig config = base;
  size_t known = 0;
  for_each_field(config, [&](const char* name, auto& field, const auto& allowed, OnResume) {
    const auto value = document.find(name);
    if (value == document.end()) return;
    read(name, *value, field, allowed);
    ++known;
  });
  if (known != document.size()) {
    const json fields = to_json(base);
    for (const auto& [name, value] : document.items())
      if (!fields.contains(name))
        fail(name.c_str(), "does not exist", "'huegrad train --list-options' shows all");
  }
  if (config.crop % 8 != 0) fail("crop", fmt::format("must be a multiple of 8, not {}", config.crop));
  return config;
}

json to_json(const TrainConfig& config) {
  json document = json::object();
  for_each_field(config,
                 [&](const char* name, const auto& field, const auto&, OnResume) { document[name] = field; });
  return document;
}

void set_field(TrainConfig& config, std::string_view assignment) {
  const size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || equals == 0)
    throw Error(ErrorKind::usage, fmt::format("\"{}\" is not key=value", assignment), "--set");
  const std::string key(assignment.substr(0, equals)), text(assignment.substr(equals + 1));
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) value = text;
  config = train_config_from_json(json{{key, value}}, config);
}

void check_resumable(const TrainConfig& saved, const TrainConfig& asked) {
  const json now = to_json(asked);
  for_each_field(saved, [&](const char* name, const auto& field, const auto&, OnResume change) {
    if (change == OnResume::free || json(field) == now[name]) return;
    fail(name, fmt::format("is {} now, the run was started with {}", now[name].dump(), json(field).dump()),
         "Start a new run for it, or resume without it");
  });
}

}  // namespace huegrad
