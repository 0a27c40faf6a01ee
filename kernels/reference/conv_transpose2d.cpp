// The definition of a transposed convolution and its two gradients: one loop nest, three statements. Sums are
// accumulated in double.
#include "kernels/conv_transpose2d.h"

#include <vector>

#include "kernels/reference/epilogue.h"

namespace huegrad {
namespace {

// Calls body(input pixel, output pixel, kernel element) for every product of one pass; the channels are the
// caller's. Pixels are counted over the batch.
template <class Body>
void for_each_product(const ConvTranspose2dShape& s, const Body& body) {
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t h = 0; h < s.in_height; ++h)
      for (int64_t u = 0; u < s.in_width; ++u)
        for (int64_t r = 0; r < s.kernel_height; ++r)
          for (int64_t v = 0; v < s.kernel_width; ++v) {
            const int64_t p = h * s.stride + r * s.dilation - s.padding;
            const int64_t q = u * s.stride + v * s.dilation - s.padding;
            if (p < 0 || p >= s.out_height() || q < 0 || q >= s.out_width()) continue;
            body((n * s.in_height + h) * s.in_width + u, (n * s.out_height() + p) * s.out_width() + q,
                 r * s.kernel_width + v);
          }
}

// Index of w[c, element, 0].
int64_t weight_at(const ConvTranspose2dShape& s, int64_t c, int64_t element) {
  return (c * s.kernel_height * s.kernel_width + element) * s.out_channels;
}

}  // namespace

template <class Real>
void conv_transpose2d_forward(Reference, const ConvTranspose2dShape& s, const Real* x, const Real* w,
                              const Conv2dEpilogue<Real>& epilogue, Real* y) {
  std::vector<double> sum(s.output_size());
  for_each_product(s, [&](int64_t in, int64_t out, int64_t element) {
    for (int64_t c = 0; c < s.in_channels; ++c)
      for (int64_t k = 0; k < s.out_channels; ++k)
        sum[out * s.out_channels + k] +=
            double(x[in * s.in_channels + c]) * double(w[weight_at(s, c, element) + k]);
  });
  store(sum, s.out_channels, epilogue, y);
}

template <class Real>
void conv_transpose2d_backward_data(Reference, const ConvTranspose2dShape& s, const Real* w, const Real* dy,
                                    Real* dx) {
  std::vector<double> sum(s.input_size());
  for_each_product(s, [&](int64_t in, int64_t out, int64_t element) {
    for (int64_t c = 0; c < s.in_channels; ++c)
      for (int64_t k = 0; k < s.out_channels; ++k)
        sum[in * s.in_channels + c] +=
            double(dy[out * s.out_channels + k]) * double(w[weight_at(s, c, element) + k]);
  });
  for (int64_t i = 0; i < s.input_size(); ++i) dx[i] = Real(sum[i]);
}

template <class Real>
void conv_transpose2d_backward_weight(Reference, const ConvTranspose2dShape& s, const Real* x, const Real* dy,
                                      Real* dw) {
  std::vector<double> sum(s.weight_size());
  for_each_product(s, [&](int64_t in, int64_t out, int64_t element) {
    for (int64_t c = 0; c < s.in_channels; ++c)
      for (int64_t k = 0; k < s.out_channels; ++k)
        sum[weight_at(s, c, element) + k] +=
            double(x[in * s.in_channels + c]) * double(dy[out * s.out_channels + k]);
  });
  for (int64_t i = 0; i < s.weight_size(); ++i) dw[i] = Real(sum[i]);
}

template void conv_transpose2d_forward(Reference, const ConvTranspose2dShape&, const float*, const float*,
                                       const Conv2dEpilogue<float>&, float*);
template void conv_transpose2d_forward(Reference, const ConvTranspose2dShape&, const double*, const double*,
                                       const Conv2dEpilogue<double>&, double*);
template void conv_transpose2d_backward_data(Reference, const ConvTranspose2dShape&, const float*,
                                             const float*, float*);
template void conv_transpose2d_backward_data(Reference, const ConvTranspose2dShape&, const double*,
                                             const double*, double*);
template void conv_transpose2d_backward_weight(Reference, const ConvTranspose2dShape&, const float*,
                                               const float*, float*);
template void conv_transpose2d_backward_weight(Reference, const ConvTranspose2dShape&, const double*,
                                               const double*, double*);

const char* conv_transpose2d_algorithm(Reference, const ConvTranspose2dShape&) { return "reference"; }

}  // namespace huegrad
