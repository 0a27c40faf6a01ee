#include "net/training_run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/allocator.h"
#include "core/autograd.h"
#include "core/error.h"
#include "core/machine.h"
#include "data/device_feed.h"
#include "kernels/parallel.h"
#include "net/calibrate.h"
#include "net/checkpoint.h"
#include "net/model_file.h"
#include "net/run_folder.h"
#include "net/run_history.h"
#include "net/sample_sheet.h"
#include "net/trainer.h"
#include "net/training_data.h"

namespace huegrad {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Batches that the averaged weights' batch norm statistics are taken from.
constexpr int64_t kCalibrationBatches = 16;

// The configured network, with the classes of the data in place of its own, or without semantics.
NetworkConfig network_for(const TrainConfig& config, const TrainingData& data) {
  NetworkConfig network = load_network_config(config.preset);
  network.semantics = network.semantics && config.semantics;
  if (!network.semantics)
    network.classes.clear();
  else if (!data.classes.empty())
    network.classes = data.classes;
  return network;
}

// Sums of the steps since the last line of the log.
struct Recent {
  StepReport sum;
  int64_t steps = 0;
  double seconds = 0;  // spent on steps

  void add(const StepReport& report) {
    sum.loss += report.loss;
    sum.color += report.color;
    sum.semantic += report.semantic;
    sum.color_kl += report.color_kl;
    sum.gradient_norm += report.gradient_norm;
    sum.learning_rate = report.learning_rate;
    ++steps;
  }
};

class Run {
 public:
  explicit Run(const RunRequest& request);
  RunResult go();

 private:
  NetworkConfig choose_network() const;
  void resume();
  void log_start();
  double elapsed() const;
  double share() const;
  int64_t total_steps() const;
  bool epoch_ends() const { return trainer_.steps() % data_.train->steps_per_epoch() == 0; }
  void step();
  Batch next_batch();
  void count_seconds();
  void take_reports(int64_t ahead);
  void log_steps(int64_t step);
  void end_epoch(bool last);
  void calibrate();
  void validate();
  // Of the averages validated so far; without validation packs the latest is.
  bool is_best() const { return validation_.pictures == 0 || validation_.balanced_cross_entropy < best_; }
  void draw_samples(const HierarchicalNetwork::Output& output, const Batch& batch);
  void save();
  void save_best();

  const RunRequest& request_;
  TrainConfig config_;
  RunFolder folder_;
  std::optional<RunHistory> history_;  // once the folder is there
  TrainingData data_;
  Trainer trainer_;
  std::optional<DeviceFeed> feed_;  // on CUDA
  Recent recent_;
  double seconds_before_ = 0;  // spent before this process resumed
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double saved_at_ = 0, counted_until_ = 0;  // by elapsed()
  double best_ = std::numeric_limits<double>::infinity();
  double loss_ = 0, images_per_second_ = 0;
  ValidationReport validation_;
  std::vector<std::string> sample_columns_;  // of the sheet drawn with it
};

Run::Run(const RunRequest& request)
    : request_(request),
      config_(request.config),
      folder_(request.folder),
      data_(config_, request.device),
      trainer_(choose_network(), config_, training_statistics(config_, data_), request.device,
               request.storage) {
  request.resume ? resume() : folder_.create();
  if (!request.device.in_host_memory()) feed_.emplace(*data_.train);
  history_.emplace(folder_);
  folder_.write_config(to_json(config_), to_json(trainer_.network().config()));
  log_start();
  saved_at_ = elapsed();
}

// That of the run to resume, after a look at whether config_ fits it; or that of a new run.
NetworkConfig Run::choose_network() const {
  if (!request_.resume) {
    folder_.check_new();
    return network_for(config_, data_);
  }
  const json saved = folder_.read_config();
  check_resumable(train_config_from_json(saved["options"]), config_);
  return network_config_from_json(saved["network"]);
}

void Run::resume() {
  const json counters = restore_checkpoint(folder_.checkpoint(), trainer_.state());
  seconds_before_ = counters.at("seconds").get<double>();
  if (counters.at("best").is_number()) best_ = counters.at("best").get<double>();
  folder_.rewind_log(trainer_.steps());
}

// The first line of a log also holds what the losses weigh pixels by.
void Run::log_start() {
  json event = {{"event", request_.resume ? "resume" : "start"},
                {"step", trainer_.steps()},
                {"pictures", data_.train->epoch_size()},
                {"steps_per_epoch", data_.train->steps_per_epoch()},
                {"machine", machine_name(request_.device)},
                {"threads", thread_count()},
                {"color_prior", data_.prior}};
  if (config_.rebalance) event["color_weights"] = data_.train->options().rebalance_weights;
  if (const Tensor& weight = trainer_.objective().class_weight; weight.defined())
    event["class_weights"] = weight.values<float>();
  history_->record(event);
  history_->record_options(trainer_.steps(), to_json(config_));
}

double Run::elapsed() const {
  return seconds_before_ + std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

int64_t Run::total_steps() const {
  const int64_t by_epochs = config_.epochs * data_.train->steps_per_epoch();
  if (config_.max_steps == 0 || by_epochs == 0) return std::max(config_.max_steps, by_epochs);
  return std::min(config_.max_steps, by_epochs);
}

double Run::share() const {
  double done = total_steps() > 0 ? double(trainer_.steps()) / double(total_steps()) : 0;
  if (config_.max_minutes > 0) done = std::max(done, elapsed() / (60 * config_.max_minutes));
  return std::min(done, 1.0);
}

RunResult Run::go() {
  RunResult result;
  while (!result.finished && !request_.stop()) {
    if (share() < 1) step();
    result.finished = share() >= 1;
    if (epoch_ends() || result.finished) {
      end_epoch(result.finished);
    } else if (elapsed() - saved_at_ >= 60 * config_.checkpoint_minutes ||
               (config_.checkpoint_steps > 0 && trainer_.steps() % config_.checkpoint_steps == 0)) {
      save();
    }
  }
  if (!result.finished) save();
  history_->record(
      {{"event", "stop"}, {"step", trainer_.steps()}, {"seconds", elapsed()}, {"finished", result.finished}});
  result.steps = trainer_.steps();
  result.validation = validation_;
  return result;
}

// On CUDA one step is always queued behind the one that computes, so that the device never waits for the
// host; reports come one step late.
void Run::step() {
  const int64_t ahead = request_.device.in_host_memory() ? 0 : 1;
  counted_until_ = elapsed();
  trainer_.queue(next_batch(), share());
  take_reports(ahead);
  count_seconds();
}

Batch Run::next_batch() {
  const int64_t step = trainer_.steps();
  return feed_ ? feed_->batch(step) : data_.train->batch(step);
}

void Run::count_seconds() {
  const double now = elapsed();
  recent_.seconds += now - counted_until_;
  counted_until_ = now;
}

// Of all steps but the last `ahead` ones.
void Run::take_reports(int64_t ahead) {
  while (trainer_.unreported() > ahead) {
    const StepReport report = trainer_.report();
    count_seconds();
    recent_.add(report);
    loss_ = recent_.sum.loss / double(recent_.steps);
    images_per_second_ = double(recent_.steps * config_.batch) / recent_.seconds;
    if (report.step % config_.log_every == 0) log_steps(report.step);
    request_.on_step({.step = report.step,
                      .total_steps = total_steps(),
                      .share = share(),
                      .loss = loss_,
                      .images_per_second = images_per_second_});
  }
}

void Run::log_steps(int64_t step) {
  const auto mean = [&](double sum) { return sum / double(recent_.steps); };
  json event = {{"event", "step"},
                {"step", step},
                {"seconds", elapsed()},
                {"loss", mean(recent_.sum.loss)},
                {"color", mean(recent_.sum.color)},
                {"semantic", mean(recent_.sum.semantic)},
                {"color_kl", mean(recent_.sum.color_kl)},
                {"learning_rate", recent_.sum.learning_rate},
                {"gradient_norm", mean(recent_.sum.gradient_norm)},
                {"images_per_second", images_per_second_},
                {"peak_bytes", host_allocator().statistics().peak}};
  if (!request_.device.in_host_memory()) event["device_peak_bytes"] = cuda_allocator().statistics().peak;
  history_->record(event);
  recent_ = {};
}

void Run::end_epoch(bool last) {
  take_reports(0);
  const int64_t steps_per_epoch = data_.train->steps_per_epoch();
  const int64_t epoch = (trainer_.steps() + steps_per_epoch - 1) / steps_per_epoch;
  if (last || epoch % config_.validate_every == 0) {
    std::string line = fmt::format("epoch {} step {}: loss {:.4f}", epoch, trainer_.steps(), loss_);
    json event = {{"event", "epoch"}, {"epoch", epoch}, {"step", trainer_.steps()}, {"seconds", elapsed()}};
    calibrate();
    if (data_.val) {
      validate();
      event["validation"] = to_json(validation_);
      if (validation_.labelled_pixels > 0 && is_best()) event["confusion"] = validation_.confusion;
      if (!sample_columns_.empty()) event["sample_columns"] = sample_columns_;
      line += fmt::format(
          "; validation colour KL {:.3f} (balanced {:.3f}), PSNR {:.2f} dB, chroma {:.1f} of {:.1f}",
          validation_.color_kl, validation_.balanced_kl, validation_.psnr, validation_.chroma,
          validation_.true_chroma);
      if (validation_.labelled_pixels > 0) line += fmt::format(", mIoU {:.1f} %", 100 * validation_.mean_iou);
    }
    history_->record(event);
    request_.on_message(line);
    save_best();
  }
  save();
}

// The statistics go into the moving average, and so into the checkpoint.
void Run::calibrate() {
  const Trainer::Averaged averaged(trainer_);
  calibrate_batch_norm(trainer_.network(), kCalibrationBatches,
                       [&](int64_t i) { return data_.train->batch(i).lightness.to(request_.device); });
}

void Run::validate() {
  const NoGradient no_gradient;
  const Trainer::Averaged averaged(trainer_);
  Validation validation;
  const int64_t pictures = config_.validation_pictures > 0 ? config_.validation_pictures : INT64_MAX;
  const int64_t steps = std::min(data_.val->steps_per_epoch(), (pictures - 1) / config_.batch + 1);
  for (int64_t i = 0; i < steps; ++i) {
    const Batch batch = data_.val->batch(i);
    const HierarchicalNetwork::Output output =
        trainer_.network().forward(batch.lightness.to(request_.device), false);
    validation.add(output, batch);
    if (i == 0 && config_.sample_pictures > 0) draw_samples(output, batch);
  }
  validation_ = validation.report();
}

void Run::draw_samples(const HierarchicalNetwork::Output& output, const Batch& batch) {
  const int64_t count = std::min(config_.sample_pictures, batch.lightness.extent(0));
  const auto first = [&](const Tensor& tensor) {
    return tensor.defined() ? tensor.narrow(0, count).to(Device{}) : tensor;
  };
  const Tensor& semantic = output.semantic_logits;
  const SampleSheet sheet =
      sample_sheet({.lightness = first(batch.lightness),
                    .predicted_ab = first(predicted_ab(output.color_logits)),
                    .true_ab = first(batch.ab),
                    .semantic_logits = first(semantic.defined() ? semantic.to(DType::float32) : semantic),
                    .labels = first(batch.labels)});
  const int64_t epoch = (trainer_.steps() - 1) / data_.train->steps_per_epoch() + 1;
  history_->record_samples(trainer_.steps(), epoch, sheet.image);
  sample_columns_ = sheet.columns;
}

void Run::save_best() {
  if (!is_best()) return;
  best_ = validation_.balanced_cross_entropy;
  json provenance = {{"steps", trainer_.steps()},   {"seconds", elapsed()},
                     {"seed", config_.seed},        {"pictures", data_.train->epoch_size()},
                     {"options", to_json(config_)}, {"validation", to_json(validation_)}};
  provenance.update({{"images_per_second", images_per_second_}, {"machine", machine_name(request_.device)}});
  json names = json::array();
  for (const std::string& pack : config_.data) names.push_back(fs::path(pack).filename().string());
  provenance["options"]["data"] = provenance["data"] = names;
  provenance["options"].erase("val");
  if (!config_.initial_model.empty()) {
    provenance["options"]["initial_model"] = fs::path(config_.initial_model).filename().string();
    provenance["started_from"] = load_model(config_.initial_model).provenance;
  }
  const Trainer::Averaged averaged(trainer_);
  save_model(folder_.best(), trainer_.network(), provenance, config_.half);
}

void Run::save() {
  take_reports(0);  // a step that diverged must not be saved
  json counters = {
      {"step", trainer_.steps()}, {"seconds", elapsed()}, {"seed", config_.seed}, {"best", nullptr}};
  if (std::isfinite(best_)) counters["best"] = best_;
  save_checkpoint(folder_.checkpoint(), trainer_.state(), counters);
  saved_at_ = elapsed();
}

}  // namespace

TrainConfig load_run_config(const fs::path& folder) {
  return train_config_from_json(RunFolder(folder).read_config()["options"]);
}

RunResult run_training(const RunRequest& request) { return Run(request).go(); }

}  // namespace huegrad
