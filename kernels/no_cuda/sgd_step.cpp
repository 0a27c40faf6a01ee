#include "kernels/sgd_step.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

void sgd_step(Cuda, int64_t, const SgdOptions&, const float*, float*, float*) { unavailable("sgd_step"); }

}  // namespace huegrad
