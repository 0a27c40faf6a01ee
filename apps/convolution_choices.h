// Which of cuDNN's engines were measured to be the fastest for the shapes that were trained
// (CudaContext::convolution_choices), kept in the user's cache: the next run need not measure, and the same
// engines add in the same order, so that it gives the same bits.
#pragma once
#include <cstddef>
#include <filesystem>

#include "core/device.h"

namespace huegrad {

class ConvolutionChoices {
 public:
  // Reads what is known of this device and this cuDNN, and has new shapes measured from now on. Does nothing
  // on a CPU, without cuDNN, and where there is no cache folder ($XDG_CACHE_HOME, else $HOME/.cache).
  explicit ConvolutionChoices(Device device);
  // Writes the file if there is more to keep than before. Does not throw: a line says what failed.
  void keep();

 private:
  std::filesystem::path path_;  // empty: nothing is kept
  size_t kept_ = 0;
};

}  // namespace huegrad
