// conv2d: two-dimensional cross-correlation, NHWC, square stride, symmetric zero padding, dilation.
//
//   y[n,p,q,k] = sum_{r,s,c} w[k,r,s,c] *
//                x[n, p*stride + r*dilation - padding, q*stride + s*dilation - padding, c]
//
// x (batch, in_height, in_width, in_channels); w (out_channels, kernel_height, kernel_width, in_channels);
// y (batch, out_height, out_width, out_channels). Pixels outside x are zero.
#pragma once
#include <compare>
#include <cstdint>

#include "kernels/backend.h"
#include "kernels/float_types.h"

namespace huegrad {

struct Conv2dShape {
  int64_t batch = 1, in_height = 0, in_width = 0, in_channels = 0;
  int64_t out_channels = 0, kernel_height = 0, kernel_width = 0;
  int64_t stride = 1, padding = 0, dilation = 1;

  constexpr int64_t out_height() const {
    return (in_height + 2 * padding - dilation * (kernel_height - 1) - 1) / stride + 1;
  }
  constexpr int64_t out_width() const {
    return (in_width + 2 * padding - dilation * (kernel_width - 1) - 1) / stride + 1;
  }
  constexpr int64_t input_size() const { return batch * in_height * in_width * in_channels; }
  constexpr int64_t weight_size() const { return out_channels * kernel_height * kernel_width * in_channels; }
  constexpr int64_t output_size() const { return batch * out_height() * out_width() * out_channels; }
  // Multiply-accumulates of one pass (forward, data gradient or weight gradient), padding counted as work.
  constexpr int64_t macs() const { return batch * out_height() * out_width() * weight_size(); }
  constexpr auto operator<=>(const Conv2dShape&) const = default;
};

// What happens to each output before it is stored: y = relu(conv + bias) * scale + shift. Every part is
// optional (null or false); scale and shift carry a folded batch norm, which in Zhang's network FOLLOWS the
// ReLU.
template <class Real>
struct Conv2dEpilogue {
  const Real* bias = nullptr;  // (out_channels)
  bool relu = false;
  const Real* scale = nullptr;  // (out_channels); scale and shift come together
  const Real* shift = nullptr;  // (out_channels)
};

template <class Real>
void conv2d_forward(Reference, const Conv2dShape& shape, const Real* x, const Real* w,
                    const Conv2dEpilogue<Real>& epilogue, Real* y);
void conv2d_forward(Cpu, const Conv2dShape& shape, const float* x, const float* w,
                    const Conv2dEpilogue<float>& epilogue, float* y);
template <class Storage>
void conv2d_forward(Cuda, const Conv2dShape& shape, const Storage* x, const Storage* w,
                    const Conv2dEpilogue<float>& epilogue, Storage* y);

// dx = d(sum(y*dy))/dx
template <class Real>
void conv2d_backward_data(Reference, const Conv2dShape& shape, const Real* w, const Real* dy, Real* dx);
void conv2d_backward_data(Cpu, const Conv2dShape& shape, const float* w, const float* dy, float* dx);
template <class Storage>
void conv2d_backward_data(Cuda, const Conv2dShape& shape, const Storage* w, const Storage* dy, Storage* dx);

// dw = d(sum(y*dy))/dw, summed over the batch
template <class Real>
void conv2d_backward_weight(Reference, const Conv2dShape& shape, const Real* x, const Real* dy, Real* dw);
void conv2d_backward_weight(Cpu, const Conv2dShape& shape, const float* x, const float* dy, float* dw);
template <class Storage>
void conv2d_backward_weight(Cuda, const Conv2dShape& shape, const Storage* x, const Storage* dy, float* dw);

// Who computes convolutions and transposed ones on the CPU: Winograd's algorithm where it applies and pays,
// matrix products, or Winograd's wherever it applies. Of the whole process, like thread_count(); not to be
// changed while a kernel runs.
enum class CpuConvolution { automatic, direct, winograd };
void choose_cpu_convolution(CpuConvolution choice);
CpuConvolution cpu_convolution();

// How the matrix products under them are computed: on vectors of floats, or on tiles of integers, as exactly
// and several times faster, which processors with AMX have (kernels/cpu/digit_tiles.h); others compute tiles
// by the definition. Automatic: on tiles where there are some and the product fills them. Chosen as above;
// prepared weights stay as they were prepared.
enum class CpuProducts { automatic, vectors, tiles };
void choose_cpu_products(CpuProducts choice);
CpuProducts cpu_products();
// Whether the choice comes to tiles here, for products that fill them.
bool cpu_multiplies_on_tiles();

// Which algorithm computes a convolution of this shape: "reference", "narrow" (one input channel: its data
// gradient is a product), "winograd", "product" (of matrices, with gathered pixels), "handwritten" (the same
// on tensor cores), "naive", "cudnn" (wherever it has a plan). On CUDA it depends on what activations are
// stored in: float, or bfloat16.
const char* conv2d_algorithm(Reference, const Conv2dShape& shape);
const char* conv2d_algorithm(Cpu, const Conv2dShape& shape);
template <class Storage>
const char* conv2d_algorithm(Cuda, const Conv2dShape& shape);

}  // namespace huegrad
