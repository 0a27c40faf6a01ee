#include "net/trainer.h"

#include <cmath>
#include <limits>
#include <optional>

#include "core/autograd.h"
#include "core/error.h"
#include "layers/reduce.h"
#include "net/initialize.h"
#include "net/model_file.h"
#include "net/widen.h"
#include "optim/adam.h"
#include "optim/schedule.h"
#include "optim/sgd.h"

namespace huegrad {
namespace {

// Schedules are functions of whole steps; the share of a run is counted in these.
constexpr int64_t kTicks = int64_t(1) << 30;

Objective make_objective(const TrainConfig& config, const std::vector<float>& class_weight, Device device) {
  Objective objective{.lambda_color = config.lambda_color,
                      .lambda_semantic = config.lambda_semantic,
                      .mean = config.loss_normalization == "mean",
                      .rebalance = config.rebalance,
                      .class_weight = {}};
  if (!class_weight.empty())
    objective.class_weight = Tensor::from(class_weight, {int64_t(class_weight.size())}, device);
  return objective;
}

HierarchicalNetwork make_network(const NetworkConfig& network, const TrainConfig& config,
                                 const TrainingStatistics& statistics, Device device) {
  HierarchicalNetwork fresh(network, device.in_host_memory() ? device : Device{});
  InitializeOptions options{.seed = config.seed};
  std::optional<Widening> trained;
  if (!config.initial_model.empty()) {
    trained.emplace(load_model(config.initial_model).network, network);
    options.narrower = &*trained;
  }
  if (trained && trained->covers_all()) {
    for (const HierarchicalNetwork::Layer& layer : fresh.layers()) trained->apply(layer);
  } else if (config.initialization == "he") {
    initialize(fresh, options);
  } else {
    options.color_prior = statistics.color_prior;
    options.class_frequency = statistics.class_frequency;
    initialize(fresh, options, statistics.lightness);
  }
  return device.in_host_memory() ? std::move(fresh) : fresh.to(device);
}

std::unique_ptr<Optimizer> make_optimizer(const TrainConfig& config,
                                          const std::vector<NamedTensor>& tensors) {
  if (config.optimizer == "sgd")
    return std::make_unique<Sgd>(
        tensors, SgdOptions{.momentum = config.momentum, .weight_decay = config.weight_decay});
  return std::make_unique<Adam>(tensors, AdamOptions{.beta1 = config.beta1,
                                                     .beta2 = config.beta2,
                                                     .weight_decay = config.weight_decay,
                                                     .decoupled_weight_decay = config.optimizer == "adamw"});
}

Schedule make_schedule(const TrainConfig& config) {
  if (config.schedule == "poly") return poly_schedule(config.learning_rate, kTicks, config.schedule_power);
  if (config.schedule == "cosine") return cosine_schedule(config.learning_rate, kTicks);
  return constant_schedule(config.learning_rate);
}

bool is_finite(const StepReport& report) {
  return std::isfinite(report.loss) && std::isfinite(report.gradient_norm);
}

}  // namespace

Trainer::Trainer(const NetworkConfig& network, const TrainConfig& config,
                 const TrainingStatistics& statistics, Device device, DType storage)
    : config_(config),
      objective_(make_objective(config, statistics.class_weight, device)),
      network_(make_network(network, config, statistics, device)),
      tensors_(network_.tensors()),
      optimizer_(make_optimizer(config, tensors_)),
      average_(tensors_, config.ema_decay),
      queued_(device.in_host_memory() ? nullptr : std::make_unique<QueuedSteps>()) {
  if (storage != DType::float32) network_.store_activations_in(storage);
}

double Trainer::learning_rate(double progress) const {
  const double warm_up = with_warm_up(constant_schedule(1), config_.warmup_steps)(steps());
  if (config_.schedule == "step")
    return warm_up *
           step_schedule(config_.learning_rate, config_.schedule_step, config_.schedule_factor)(steps());
  return warm_up * make_schedule(config_)(int64_t(progress * double(kTicks)));
}

// Gradients of all parameters, and the values on the way.
Trainer::Losses Trainer::differentiate(const Batch& batch) const {
  optimizer_->zero_gradients();
  const HierarchicalNetwork::Output output = network_.forward(batch.lightness, true);
  const JointLoss loss = joint_loss(output, batch, objective_);
  const Tensor cross_entropy = color_cross_entropy(output.color_logits, batch);
  loss.total.backward();
  return {loss.total, loss.color, loss.semantic, cross_entropy, mean(batch.color_entropy), loss.factors};
}

double Trainer::longest_gradient() const {
  return config_.clip_norm > 0 ? config_.clip_norm : std::numeric_limits<double>::max();
}

void Trainer::queue(const Batch& batch, double progress) {
  const StepReport report{.step = steps() + 1, .learning_rate = learning_rate(progress)};
  queued_ ? queue_on_cuda(batch, report) : run_on_host(batch.to(network_.device()), report);
}

void Trainer::run_on_host(const Batch& batch, StepReport report) {
  const Losses losses = differentiate(batch);
  optimizer_->step(report.learning_rate, longest_gradient());
  report.loss = losses.total.item();
  report.color = losses.factors.color_value(losses.color.item());
  if (losses.semantic.defined()) report.semantic = losses.factors.semantic_value(losses.semantic.item());
  report.color_kl = losses.cross_entropy.item() - losses.target_entropy.item();
  report.gradient_norm = optimizer_->gradient_norm();
  if (is_finite(report)) average_.update();
  reports_.push_back(report);
}

void Trainer::queue_on_cuda(const Batch& batch, StepReport report) {
  optimizer_->begin_step(report.learning_rate, average_.begin_update());
  queued_->queue(batch, [&](const Batch& placed) {
    const Losses losses = differentiate(placed);
    optimizer_->move(longest_gradient(), &average_);
    average_.update_others_on_cuda(optimizer_->controls());
    factors_ = losses.factors;
    return std::vector<Tensor>{
        losses.total,         optimizer_->gradient_norm_on_cuda(),
        losses.cross_entropy, losses.target_entropy,
        losses.color,         losses.semantic.defined() ? losses.semantic : losses.color};
  });
  reports_.push_back(report);
}

StepReport Trainer::report() {
  StepReport report = reports_.front();
  reports_.pop_front();
  if (queued_) {
    const std::vector<float> numbers = queued_->take();
    report.loss = numbers[0];
    report.gradient_norm = numbers[1];
    report.color_kl = double(numbers[2]) - double(numbers[3]);
    report.color = factors_.color_value(numbers[4]);
    if (network_.config().semantics) report.semantic = factors_.semantic_value(numbers[5]);
  }
  if (!is_finite(report))
    throw Error(ErrorKind::usage,
                fmt::format("training diverged at step {}: loss {}, gradient norm {}", report.step,
                            report.loss, report.gradient_norm),
                "", "Lower learning_rate, or set clip_norm; the last checkpoint is intact");
  return report;
}

StepReport Trainer::step(const Batch& batch, double progress) {
  queue(batch, progress);
  while (unreported() > 1) report();
  return report();
}

std::vector<NamedTensor> Trainer::state() const {
  std::vector<NamedTensor> state = tensors_;
  for (const auto& part : {optimizer_->state(), average_.state()})
    state.insert(state.end(), part.begin(), part.end());
  return state;
}

}  // namespace huegrad
