// What a convolution library is asked for: one pass of one shape in one kind of arithmetic.
#pragma once
#include <compare>
#include <cstdint>
#include <string>

#include "kernels/conv2d.h"

namespace huegrad::vendor {

enum class ConvolutionPass { forward, backward_data, backward_weight };

// float32: exact products. tensor_float32: float storage, products of ten-bit factors on tensor cores.
enum class ConvolutionMath { float32, tensor_float32, bfloat16 };

// Bytes; every array of a pass begins at a multiple. Engines for tensor cores that plan with less (measured:
// with 2 and with 4) refuse such arrays when they run.
inline constexpr int64_t kConvolutionAlignment = 16;

struct ConvolutionGraph {
  ConvolutionPass pass = ConvolutionPass::forward;
  ConvolutionMath math = ConvolutionMath::float32;
  Conv2dShape shape;
  bool bias = false, relu = false;  // forward: y = relu(conv(x, w) + bias), bias in the storage type

  auto operator<=>(const ConvolutionGraph&) const = default;
};

// "forward pass of 8x56x56x64 by 64x3x3x64, stride 1, padding 1, dilation 1, bias, relu, TF32"
std::string to_string(const ConvolutionGraph& graph);

}  // namespace huegrad::vendor
