// A network being trained: weights, optimizer, moving average. One call to step() is one step of training;
// where batches come from and where results go is net/training_run.h's business.
#pragma once
#include <deque>
#include <memory>
#include <vector>

#include "net/joint_loss.h"
#include "net/queued_steps.h"
#include "net/train_config.h"
#include "optim/ema.h"
#include "optim/optimizer.h"

namespace huegrad {

struct StepReport {
  int64_t step = 0;  // counts from 1
  double loss = 0;   // what was optimised
  double color = 0;  // its parts as in JointLoss
  double semantic = 0;
  double color_kl = 0;  // nats per pixel without rebalancing, grey pictures included
  double learning_rate = 0;
  double gradient_norm = 0;  // before clipping
};

// What fresh weights and the objective need to know of the data.
struct TrainingStatistics {
  Tensor lightness;                     // a batch of pictures, to measure activations on
  std::vector<double> color_prior;      // (bins) as weighted in the loss
  std::vector<double> class_frequency;  // (classes) as weighted in the loss; empty: nothing is known
  std::vector<float> class_weight;      // (classes) of the semantic loss; empty: all 1
};

class Trainer {
 public:
  // Fresh weights from config.seed, unless config.initial_model names a file to take them from: the same on
  // every device. storage: of activations; bfloat16 on CUDA only.
  Trainer(const NetworkConfig& network, const TrainConfig& config, const TrainingStatistics& statistics,
          Device device = {}, DType storage = DType::float32);

  // One step. batch: in host memory, or on the device in the same tensors every time. progress: share of the
  // run that is done, 0..1, which the schedule follows. On CUDA the step is only queued, and the host goes
  // on.
  void queue(const Batch& batch, double progress);
  // The report of the earliest step that was not reported yet, waits for it. Throws Error(usage) when its
  // loss or gradient is not finite; that step has left the weights alone.
  StepReport report();
  int64_t unreported() const { return int64_t(reports_.size()); }
  // Both; when more steps are queued, the report of the last.
  StepReport step(const Batch& batch, double progress);

  int64_t steps() const { return optimizer_->steps(); }  // queued steps included
  const HierarchicalNetwork& network() const { return network_; }
  const Objective& objective() const { return objective_; }

  // While it lives, the network holds the moving average of its weights and of its batch norms' statistics:
  // what is validated and kept.
  class Averaged {
   public:
    explicit Averaged(const Trainer& trainer) : average_(trainer.average_) { average_.swap(); }
    ~Averaged() { average_.swap(); }
    Averaged(const Averaged&) = delete;

   private:
    const Ema& average_;
  };

  // Handles on everything that the next step depends on, for checkpoints.
  std::vector<NamedTensor> state() const;

 private:
  struct Losses {
    Tensor total, color, semantic, cross_entropy, target_entropy;
    LossFactors factors;
  };

  double learning_rate(double progress) const;
  double longest_gradient() const;
  Losses differentiate(const Batch& batch) const;
  void queue_on_cuda(const Batch& batch, StepReport report);
  void run_on_host(const Batch& batch, StepReport report);

  TrainConfig config_;
  Objective objective_;
  HierarchicalNetwork network_;
  std::vector<NamedTensor> tensors_;
  std::unique_ptr<Optimizer> optimizer_;
  Ema average_;
  std::deque<StepReport> reports_;       // on CUDA without the numbers that are still to come
  LossFactors factors_;                  // of the latest step
  std::unique_ptr<QueuedSteps> queued_;  // on CUDA
};

}  // namespace huegrad
