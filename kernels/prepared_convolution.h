// Convolutions on the CPU whose weights do not change, for inference: transformed and packed once into what
// the algorithm reads. conv2d_forward and conv_transpose2d_forward do that at every call, which costs one
// picture as much as the convolution itself.
#pragma once
#include <cstdint>
#include <memory>

#include "kernels/conv2d.h"
#include "kernels/conv_transpose2d.h"

namespace huegrad {

class PreparedConvolution {
 public:
  // w as the kernel takes it; it is not needed afterwards. Of the shape, batch and image size may differ
  // later. lean: takes no more memory than w, and more time.
  PreparedConvolution(const Conv2dShape& shape, const float* w, bool lean);
  PreparedConvolution(const ConvTranspose2dShape& shape, const float* w, bool lean);
  ~PreparedConvolution();
  PreparedConvolution(PreparedConvolution&&) noexcept;

  // The same as the kernel of the same name; from one thread at a time or from several.
  void forward(const Conv2dShape& shape, const float* x, const Conv2dEpilogue<float>& epilogue,
               float* y) const;
  void forward(const ConvTranspose2dShape& shape, const float* x, const Conv2dEpilogue<float>& epilogue,
               float* y) const;

  int64_t bytes() const;          // of the prepared weights
  const char* algorithm() const;  // as conv2d_algorithm says it

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace huegrad
