#include "kernels/adam_step.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

void adam_step(Cuda, std::span<const AdamTensor>, const AdamOptions&, const OptimizerControls*) {
  unavailable("adam_step");
}

}  // namespace huegrad
