// Device-side CUDA for a plain C++20 compiler: with this in front of it, a .cu file is C++ that runs on a
// CPU. README.md says how.
#pragma once
#include <cuda_bf16.h>
#include <cuda_runtime_api.h>
#include <vector_functions.h>
#include <vector_types.h>

#include "kernels/emulation/keywords.h"
//
#include "kernels/emulation/async_copy.h"
#include "kernels/emulation/atomics.h"
#include "kernels/emulation/device_math.h"
#include "kernels/emulation/launch.h"
#include "kernels/emulation/ldmatrix.h"
#include "kernels/emulation/shared_memory.h"
#include "kernels/emulation/synchronization.h"
#include "kernels/emulation/tensor_cores.h"
#include "kernels/emulation/warp_functions.h"
#include "kernels/emulation/warpgroup.h"
