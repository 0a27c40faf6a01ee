#include "kernels/annealed_mean.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

template <class Storage>
void annealed_mean_forward(Cuda, const AnnealedMeanShape&, const Storage*, const float*, float*) {
  unavailable("annealed_mean_forward");
}

template <class Storage>
void annealed_mean_backward(Cuda, const AnnealedMeanShape&, const Storage*, const float*, const float*,
                            const float*, Storage*) {
  unavailable("annealed_mean_backward");
}

template void annealed_mean_forward(Cuda, const AnnealedMeanShape&, const float*, const float*, float*);
template void annealed_mean_forward(Cuda, const AnnealedMeanShape&, const bfloat16*, const float*, float*);
template void annealed_mean_backward(Cuda, const AnnealedMeanShape&, const float*, const float*, const float*,
                                     const float*, float*);
template void annealed_mean_backward(Cuda, const AnnealedMeanShape&, const bfloat16*, const float*,
                                     const float*, const float*, bfloat16*);

}  // namespace huegrad
