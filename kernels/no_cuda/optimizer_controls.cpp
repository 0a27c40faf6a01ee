#include "kernels/optimizer_controls.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

void set_controls(Cuda, const OptimizerControls&, OptimizerControls*) { unavailable("set_controls"); }
void clip_factor(Cuda, std::span<const GradientArray>, double, OptimizerControls*) {
  unavailable("clip_factor");
}
void average(Cuda, std::span<const AveragePair>, const OptimizerControls*) { unavailable("average"); }

}  // namespace huegrad
