// Who computes, in one place (ConvolutionChoice):
//
//   naive, handwritten   our kernels, always
//   cudnn                NVIDIA's libraries, cuDNN for convolutions and cuBLAS for linear layers; an error
//                        where they cannot be opened or have no way to do it
//   automatic            the same where they can be opened and have a way, otherwise our kernels
#pragma once
#include <memory>
#include <string>

#include "kernels/cuda_context.h"

namespace huegrad::vendor {

// Whether `automatic` asks for libraries at all.
bool automatic_uses_libraries();

// Whether a library is asked for under this choice.
bool library_wanted(ConvolutionChoice choice);

// For when a library that was asked for cannot do its work: throws `cause` as a CudaError where the choice
// insists on it, otherwise says it on stderr, each cause once. subject: what it could not do, or empty.
void do_without_library(ConvolutionChoice choice, const std::string& cause, const std::string& subject = "");

// A context's connection to a library, made when it is first wanted.
template <class Connection>
struct Library {
  std::unique_ptr<Connection> connection;
  std::string why_not;  // what was said when it could not be made: that is not tried again
};

// Null where the context's choice is not the library, or under `automatic` where it does not open: because it
// is missing, the driver is too old, the device has no memory left for it. Throws CudaError where the choice
// insists.
template <class Connection>
Connection* connect(CudaContext& context, Library<Connection>& library) {
  if (!library_wanted(context.convolution)) return nullptr;
  if (!library.connection && library.why_not.empty()) try {
      library.connection = std::make_unique<Connection>(context);
    } catch (const CudaError& error) {
      library.why_not = error.what();
    }
  if (!library.connection) do_without_library(context.convolution, library.why_not);
  return library.connection.get();
}

}  // namespace huegrad::vendor
