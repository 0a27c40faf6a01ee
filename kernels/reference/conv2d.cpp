// The definition of a convolution and its two gradients: one loop nest, three statements. Sums are
// accumulated in double.
#include "kernels/conv2d.h"

#include <vector>

#include "kernels/reference/epilogue.h"

namespace huegrad {
namespace {

// Calls body(output pixel, input pixel, kernel element) for every product of one pass; the channels are the
// caller's. Pixels are counted over the batch.
template <class Body>
void for_each_product(const Conv2dShape& s, const Body& body) {
  for (int64_t n = 0; n < s.batch; ++n)
    for (int64_t p = 0; p < s.out_height(); ++p)
      for (int64_t q = 0; q < s.out_width(); ++q)
        for (int64_t r = 0; r < s.kernel_height; ++r)
          for (int64_t v = 0; v < s.kernel_width; ++v) {
            const int64_t h = p * s.stride + r * s.dilation - s.padding;
            const int64_t u = q * s.stride + v * s.dilation - s.padding;
            if (h < 0 || h >= s.in_height || u < 0 || u >= s.in_width) continue;
            body((n * s.out_height() + p) * s.out_width() + q, (n * s.in_height + h) * s.in_width + u,
                 r * s.kernel_width + v);
          }
}

// Index of w[k, element, 0].
int64_t weight_at(const Conv2dShape& s, int64_t k, int64_t element) {
  return (k * s.kernel_height * s.kernel_width + element) * s.in_channels;
}

}  // namespace

template <class Real>
void conv2d_forward(Reference, const Conv2dShape& s, const Real* x, const Real* w,
                    const Conv2dEpilogue<Real>& epilogue, Real* y) {
  std::vector<double> sum(s.output_size());
  for_each_product(s, [&](int64_t out, int64_t in, int64_t element) {
    for (int64_t k = 0; k < s.out_channels; ++k)
      for (int64_t c = 0; c < s.in_channels; ++c)
        sum[out * s.out_channels + k] +=
            double(x[in * s.in_channels + c]) * double(w[weight_at(s, k, element) + c]);
  });
  store(sum, s.out_channels, epilogue, y);
}

template <class Real>
void conv2d_backward_data(Reference, const Conv2dShape& s, const Real* w, const Real* dy, Real* dx) {
  std::vector<double> sum(s.input_size());
  for_each_product(s, [&](int64_t out, int64_t in, int64_t element) {
    for (int64_t k = 0; k < s.out_channels; ++k)
      for (int64_t c = 0; c < s.in_channels; ++c)
        sum[in * s.in_channels + c] +=
            double(dy[out * s.out_channels + k]) * double(w[weight_at(s, k, element) + c]);
  });
  for (int64_t i = 0; i < s.input_size(); ++i) dx[i] = Real(sum[i]);
}

template <class Real>
void conv2d_backward_weight(Reference, const Conv2dShape& s, const Real* x, const Real* dy, Real* dw) {
  std::vector<double> sum(s.weight_size());
  for_each_product(s, [&](int64_t out, int64_t in, int64_t element) {
    for (int64_t k = 0; k < s.out_channels; ++k)
      for (int64_t c = 0; c < s.in_channels; ++c)
        sum[weight_at(s, k, element) + c] +=
            double(dy[out * s.out_channels + k]) * double(x[in * s.in_channels + c]);
  });
  for (int64_t i = 0; i < s.weight_size(); ++i) dw[i] = Real(sum[i]);
}

template void conv2d_forward(Reference, const Conv2dShape&, const float*, const float*,
                             const Conv2dEpilogue<float>&, float*);
template void conv2d_forward(Reference, const Conv2dShape&, const double*, const double*,
                             const Conv2dEpilogue<double>&, double*);
template void conv2d_backward_data(Reference, const Conv2dShape&, const float*, const float*, float*);
template void conv2d_backward_data(Reference, const Conv2dShape&, const double*, const double*, double*);
template void conv2d_backward_weight(Reference, const Conv2dShape&, const float*, const float*, float*);
template void conv2d_backward_weight(Reference, const Conv2dShape&, const double*, const double*, double*);

const char* conv2d_algorithm(Reference, const Conv2dShape&) { return "reference"; }

}  // namespace huegrad
