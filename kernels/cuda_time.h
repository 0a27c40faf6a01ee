// How long work takes on the device.
#pragma once
#include <algorithm>
#include <limits>

#include "kernels/cuda_context.h"

namespace huegrad {

// Seconds of the fastest of a few runs of what `run` queues; the first is not counted, because it loads
// kernels. Gives up after a run that takes much longer than `best`.
template <class Run>
double least_seconds(CudaContext& context, const Run& run,
                     double best = std::numeric_limits<double>::infinity()) {
  constexpr int kRuns = 4;
  constexpr double kHopeless = 1.5;  // times the best
  CudaEvent begin(context), end(context);
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kRuns; ++i) {
    begin.record();
    run();
    end.record();
    const double time = end.seconds_since(begin);
    if (i == 0) continue;
    least = std::min(least, time);
    if (least > kHopeless * best) break;
  }
  return least;
}

}  // namespace huegrad
