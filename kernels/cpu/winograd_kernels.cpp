#include "kernels/cpu/winograd_kernels.h"

#include <algorithm>

#include "kernels/cpu/gemm_digits.h"
#include "kernels/cpu/packed_panels.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

// tap_of(part, tap): the matrix of a kernel element between the input channels of a part and all output
// channels. The parts are equal shares of the input channels.
template <class TapOf>
void pack(const KernelMatrices& kernels, int64_t parts, const TapOf& tap_of, float* packed) {
  const int64_t width = gemm_panel_width(), size = kernels.in_channels * width;
  const int64_t taps = kernels.algorithm->taps();
  const int64_t depth = kernels.in_channels / parts;
  parallel_for(0, ceil_div(kernels.out_channels, width) * taps, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      float* to = packed + i * size;
      for (int64_t part = 0; part < parts; ++part, to += depth * width)
        pack_panel(tap_of(part, i % taps), kernels.out_channels, i / taps, 0, depth, to);
    }
  });
}

}  // namespace

int64_t element_stride(int64_t size) { return ceil_div(size, 16) * 16 + 16; }

int64_t KernelMatrices::packed_size() const {
  return algorithm->taps() * huegrad::packed_size(out_channels, in_channels, false);
}

int64_t KernelMatrices::stride() const {
  return element_stride(huegrad::packed_size(out_channels, in_channels, digits));
}

int64_t KernelMatrices::transformed_size() const { return algorithm->elements() * stride(); }

KernelMatrices::KernelMatrices(const WinogradAlgorithm& by, int64_t in, int64_t out)
    : algorithm(&by), in_channels(in), out_channels(out), digits(digits_suit(in)) {}

KernelMatrices kernels_of(const Conv2dShape& s) { return {winograd4x3(), s.in_channels, s.out_channels}; }

KernelMatrices kernels_of(const ConvTranspose2dShape& s) {
  return {winograd4x2(), s.in_channels, s.out_channels};
}

KernelMatrices gradient_kernels_of(const Conv2dShape& s) {
  return {winograd4x3(), s.out_channels, s.in_channels};
}

KernelMatrices gradient_kernels_of(const ConvTranspose2dShape& s) {
  return {winograd4x2(), kPhases * s.out_channels, s.in_channels};
}

void pack_kernels(const Conv2dShape& s, const float* w, float* packed) {
  const auto tap_of = [&](int64_t, int64_t tap) {
    return MatrixOperand(w + tap * s.in_channels, 9 * s.in_channels, 1);
  };
  pack(kernels_of(s), 1, tap_of, packed);
}

void pack_kernels(const ConvTranspose2dShape& s, int64_t phase, const float* w, float* packed) {
  const std::array<int64_t, 4> taps = phase_taps(s, phase);
  const auto tap_of = [&](int64_t, int64_t tap) {
    return MatrixOperand(w + taps[size_t(tap)] * s.out_channels, 1, 16 * s.out_channels);
  };
  pack(kernels_of(s), 1, tap_of, packed);
}

void pack_gradient_kernels(const Conv2dShape& s, const float* w, float* packed) {
  const auto tap_of = [&](int64_t, int64_t tap) {
    return MatrixOperand(w + (8 - tap) * s.in_channels, 1, 9 * s.in_channels);
  };
  pack(gradient_kernels_of(s), 1, tap_of, packed);
}

void pack_gradient_kernels(const ConvTranspose2dShape& s, const float* w, float* packed) {
  const auto tap_of = [&](int64_t phase, int64_t tap) {
    return MatrixOperand(w + phase_taps(s, phase)[size_t(3 - tap)] * s.out_channels, 16 * s.out_channels, 1);
  };
  pack(gradient_kernels_of(s), kPhases, tap_of, packed);
}

float* packed_space(const KernelMatrices& kernels) {
  thread_local Scratch scratch;
  return scratch.floats(kernels.packed_size());
}

float* transformed_space(int64_t size) {
  thread_local Scratch scratch;
  return scratch.floats(size);
}

void transform_kernels(const PackedKernels& packed, float* transformed) {
  const KernelMatrices& kernels = packed.kernels;
  const int64_t size = panel_size(kernels.in_channels, kernels.digits), stride = kernels.stride();
  const int64_t inputs = kernels.algorithm->inputs();
  parallel_for(0, ceil_div(kernels.out_channels, gemm_panel_width()) * inputs, 1,
               [&](int64_t begin, int64_t end) {
                 for (int64_t i = begin; i < end; ++i) {
                   const int64_t panel = i / inputs, column = i % inputs;
                   transform_kernel_column(packed, panel, column,
                                           transformed + column * stride + panel * size, inputs * stride);
                 }
               });
}

TransformedKernels transform_once(const PackedKernels& packed) {
  float* transformed = transformed_space(packed.kernels.transformed_size());
  transform_kernels(packed, transformed);
  return {packed.kernels, transformed};
}

void transform_kernel_column(const PackedKernels& packed, int64_t panel, int64_t column, float* transformed,
                             int64_t stride) {
  const KernelMatrices& kernels = packed.kernels;
  const int64_t size = panel_size(kernels.in_channels, false), inputs = kernels.algorithm->inputs();
  const float* w = packed.packed + panel * kernels.algorithm->taps() * size;
  if (!kernels.digits) return kernels.algorithm->transform_kernels(w, size, column, transformed, stride);
  thread_local Scratch scratch;
  const int64_t floats_stride = element_stride(size);
  float* floats = scratch.floats(inputs * floats_stride);
  kernels.algorithm->transform_kernels(w, size, column, floats, floats_stride);
  for (int64_t i = 0; i < inputs; ++i)
    pack_digit_panel(floats + i * floats_stride, kernels.in_channels, transformed + i * stride);
}

}  // namespace huegrad
