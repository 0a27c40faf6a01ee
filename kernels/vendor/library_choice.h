// Who computes, in one place (ConvolutionChoice):
//
//   naive, handwritten   our kernels, always
//   cudnn                NVIDIA's libraries, cuDNN for convolutions and cuBLAS for linear layers; an error
//   where
//                        they cannot be loaded or have no way to do it
//   automatic            the same where they can be loaded and have a way, otherwise our kernels
#pragma once
#include <string>

#include "kernels/cuda_context.h"

namespace huegrad::vendor {

// Whether `automatic` asks for libraries at all. Not on the emulation: its stand-ins compute on the host, and
// are there for the calls to be tested.
bool automatic_uses_libraries();

// Whether a library is to be used under this choice. unavailable(): empty, or why it cannot be loaded; thrown
// as a CudaError where the choice insists, and said once on stderr where it does not.
bool library_wanted(ConvolutionChoice choice, std::string (*unavailable)());

}  // namespace huegrad::vendor
