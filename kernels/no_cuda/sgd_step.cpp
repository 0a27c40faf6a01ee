#include "kernels/sgd_step.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

void sgd_step(Cuda, std::span<const SgdTensor>, const SgdOptions&, const OptimizerControls*) {
  unavailable("sgd_step");
}

}  // namespace huegrad
