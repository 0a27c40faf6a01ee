#include "kernels/joint_bilateral_upsample.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

void joint_bilateral_upsample_forward(Cuda, const JointBilateralShape&, const float*, const float*, float*) {
  unavailable("joint_bilateral_upsample_forward");
}

void joint_bilateral_upsample_backward(Cuda, const JointBilateralShape&, const float*, const float*, float*) {
  unavailable("joint_bilateral_upsample_backward");
}

}  // namespace huegrad
