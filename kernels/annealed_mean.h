// annealed_mean: the colour of a distribution (Zhang et al. 2016, section 2.3; paper section 2.2).
//
//   ab[i,:] = sum_q p[q] * centers[q,:],   p = softmax(logits[i,:] / temperature)
//
// temperature 1 is the mean (safe, grey), towards 0 the mode (vivid, blotchy); 0.38 is Zhang's choice.
// logits (rows, bins), centers (bins, 2), ab (rows, 2).
#pragma once
#include <cstdint>

#include "kernels/backend.h"

namespace huegrad {

struct AnnealedMeanShape {
  int64_t rows = 0, bins = 0;
  double temperature = 0.38;
};

template <class Real>
void annealed_mean_forward(Reference, const AnnealedMeanShape& shape, const Real* logits, const Real* centers,
                           Real* ab);
void annealed_mean_forward(Cpu, const AnnealedMeanShape& shape, const float* logits, const float* centers,
                           float* ab);
template <class Storage>
void annealed_mean_forward(Cuda, const AnnealedMeanShape& shape, const Storage* logits, const float* centers,
                           float* ab);

// dlogits[q] = p[q] / temperature * <centers[q,:] - ab, dab>
template <class Real>
void annealed_mean_backward(Reference, const AnnealedMeanShape& shape, const Real* logits,
                            const Real* centers, const Real* ab, const Real* dab, Real* dlogits);
void annealed_mean_backward(Cpu, const AnnealedMeanShape& shape, const float* logits, const float* centers,
                            const float* ab, const float* dab, float* dlogits);
template <class Storage>
void annealed_mean_backward(Cuda, const AnnealedMeanShape& shape, const Storage* logits, const float* centers,
                            const float* ab, const float* dab, Storage* dlogits);

}  // namespace huegrad
