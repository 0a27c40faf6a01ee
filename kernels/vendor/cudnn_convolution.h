// The passes of kernels/cuda/convolution.h on cuDNN. Each queues its work and returns true, or returns false
// having done nothing: the context's choice is not cuDNN (kernels/vendor/library_choice.h), or under
// `automatic` cuDNN does not open or has no plan. Throws CudaError where the choice insists.
#pragma once
#include "kernels/conv2d.h"

namespace huegrad::vendor {

// Whether passes are cuDNN's where it has a plan for them.
bool computes_convolutions(Cuda cuda);

// `epilogue` comes with what is wanted and leaves with what is still to be done to y: cuDNN fuses a bias and
// a ReLU behind it, nothing else.
template <class Storage>
bool convolution_forward(Cuda cuda, const Conv2dShape& shape, const Storage* x, const Storage* w,
                         Conv2dEpilogue<float>& epilogue, Storage* y);
template <class Storage>
bool convolution_backward_data(Cuda cuda, const Conv2dShape& shape, const Storage* w, const Storage* dy,
                               Storage* dx);
template <class Storage>
bool convolution_backward_weight(Cuda cuda, const Conv2dShape& shape, const Storage* x, const Storage* dy,
                                 float* dw);

}  // namespace huegrad::vendor
