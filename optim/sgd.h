#pragma once
#include "kernels/sgd_step.h"
#include "optim/optimizer.h"

namespace huegrad {

// Stochastic gradient descent with momentum, Nesterov's too; equations in kernels/sgd_step.h. The learning
// rate is the one given to step().
class Sgd : public Optimizer {
 public:
  Sgd(const std::vector<NamedTensor>& tensors, const SgdOptions& options);

 private:
  void update(const Parameter& parameter, double learning_rate, int64_t step) const override;
  void update_on_cuda(const std::vector<Moving>& moving) const override;

  SgdOptions options_;
};

}  // namespace huegrad
