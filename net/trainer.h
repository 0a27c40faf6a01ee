// A network being trained: weights, optimizer, moving average. One call to step() is one step of training;
// where batches come from and where results go is net/training_run.h's business.
#pragma once
#include <memory>
#include <vector>

#include "net/joint_loss.h"
#include "net/train_config.h"
#include "optim/ema.h"
#include "optim/optimizer.h"

namespace huegrad {

struct StepReport {
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

  // batch in host memory. progress: share of the run that is done, 0..1, which the schedule follows. Throws
  // Error(usage) and leaves the weights alone when the loss or its gradient is not finite.
  StepReport step(const Batch& batch, double progress);

  int64_t steps() const { return optimizer_->steps(); }
  const HierarchicalNetwork& network() const { return network_; }

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
  double learning_rate(double progress) const;

  TrainConfig config_;
  Objective objective_;
  HierarchicalNetwork network_;
  std::vector<NamedTensor> tensors_;
  std::unique_ptr<Optimizer> optimizer_;
  Ema average_;
};

}  // namespace huegrad
