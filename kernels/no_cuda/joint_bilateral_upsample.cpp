#include "kernels/joint_bilateral_upsample.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void joint_bilateral_upsample_forward(Cuda, const JointBilateralShape&, const Storage*, const float*,
                                      Storage*) {
  unavailable("joint_bilateral_upsample_forward");
}

template <class Storage>
void joint_bilateral_upsample_backward(Cuda, const JointBilateralShape&, const float*, const Storage*,
                                       Storage*) {
  unavailable("joint_bilateral_upsample_backward");
}

template void joint_bilateral_upsample_forward(Cuda, const JointBilateralShape&, const float*, const float*,
                                               float*);
template void joint_bilateral_upsample_forward(Cuda, const JointBilateralShape&, const bfloat16*,
                                               const float*, bfloat16*);
template void joint_bilateral_upsample_backward(Cuda, const JointBilateralShape&, const float*, const float*,
                                                float*);
template void joint_bilateral_upsample_backward(Cuda, const JointBilateralShape&, const float*,
                                                const bfloat16*, bfloat16*);

}  // namespace huegrad
