// Are the gradients right? Two questions to a differentiable function f, asked on small tensors:
//
//   check_gradient   does backward in float64 agree with central differences of <r, f(x)>, r random?
//   check_device     do values and gradients in float32 on a device agree with those of the float64
//   definition?
//
// The difference is the fourth-order one, (8 (f(+h) - f(-h)) - (f(+2h) - f(-2h))) / 12h: truncation h^4 and
// rounding 1e-16 / h leave ten digits at h = 1e-3. An error is relative to the larger of the two values, but
// to no less than 1e-3 of the input's largest gradient: beside large gradients, tiny ones drown in rounding.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/tensor.h"

namespace huegrad {

struct GradientCase {
  using Function =
      std::function<Tensor(const std::vector<Tensor>& inputs, const std::vector<Tensor>& constants)>;

  std::string layer, name;        // "conv2d", "3x3, stride 2"
  std::vector<Tensor> inputs;     // float64; differentiated
  std::vector<Tensor> constants;  // float64 or int32; not differentiated
  Function function;
  // The function has kinks (ReLU, maxima): an element whose differences at h and h/2 disagree sits on one,
  // and is counted as excluded instead of checked.
  bool kinks = false;
  // Inputs from this one on are parameters: they stay in float32 beside activations in bfloat16.
  size_t first_parameter = SIZE_MAX;
};

struct GradientReport {
  double error = 0;   // worst relative error, infinity for NaN
  std::string where;  // "input 1, element 17 of 4x3x3x2: backward 0.5, differences 0.25"
  int64_t checked = 0, excluded = 0;
};

constexpr double kGradientTolerance = 1e-6, kDeviceTolerance = 1e-5;
// Products of numbers rounded to TF32's 11 significant bits, and activations rounded to bfloat16's 8 on their
// way in, out and back: a few roundings of either, relative to the largest value.
constexpr double kTensorFloat32Tolerance = 0x1p-9, kBfloat16Tolerance = 0x1p-6;

// At most max_elements of each input, chosen at random but always the same ones.
GradientReport check_gradient(const GradientCase& gradient_case, int64_t max_elements = 60);

// Outputs are compared as if they were one more input. Errors are relative to the largest value of each
// tensor. storage bfloat16: activations are, and the definition starts from inputs rounded to it.
GradientReport check_device(const GradientCase& gradient_case, Device device, DType storage = DType::float32);

}  // namespace huegrad
