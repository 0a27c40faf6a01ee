#pragma once
#include "kernels/adam_step.h"
#include "optim/optimizer.h"

namespace huegrad {

// Adam and, with decoupled_weight_decay, AdamW; equations in kernels/adam_step.h. The learning rate is the
// one given to step().
class Adam : public Optimizer {
 public:
  Adam(const std::vector<NamedTensor>& tensors, const AdamOptions& options);

 private:
  void update(const Parameter& parameter, double learning_rate, int64_t step) const override;
  void update_on_cuda(const std::vector<Moving>& moving) const override;
  std::pair<double, double> corrections(int64_t step) const override;

  AdamOptions options_;
};

}  // namespace huegrad
