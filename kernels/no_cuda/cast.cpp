#include "kernels/cast.h"

#include "kernels/no_cuda/unavailable.h"

namespace huegrad {

void cast(Cuda, int64_t, const float*, bfloat16*) { unavailable("cast"); }

void cast(Cuda, int64_t, const bfloat16*, float*) { unavailable("cast"); }

void cast(Cuda, int64_t, const uint8_t*, float*) { unavailable("cast"); }

}  // namespace huegrad
