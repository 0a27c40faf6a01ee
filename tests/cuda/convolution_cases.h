// What the tests of both convolutions share: who computes in what, and how exact that is.
#pragma once
#include <doctest/doctest.h>
#include <cstdlib>

#include <vector>

#include "kernels/conv2d.h"
#include "kernels/cuda/convolution.h"
#include "kernels/vendor/cublas_gemm.h"
#include "kernels/vendor/cudnn_plan.h"
#include "tests/support/compare.h"
#include "tests/support/cuda_choice.h"
#include "tests/support/device_array.h"

namespace huegrad::test {

struct Way {
  const char* name;
  ConvolutionChoice choice;
  bool tensor_float32;
  int tile = -1;  // of the hand-written kernels; negative: their own choice
};

template <class Storage>
std::vector<Way> ways() {
  constexpr bool has_tensor_float32 = std::is_same_v<Storage, float>;
  std::vector<Way> ways = {{"naive", ConvolutionChoice::naive, false},
                           {"handwritten", ConvolutionChoice::handwritten, false}};
  if (has_tensor_float32) ways.push_back({"handwritten TF32", ConvolutionChoice::handwritten, true});
  const bool own_only = std::getenv("HUEGRAD_OWN_KERNELS") != nullptr;  // what compute-sanitizer judges
  if (!own_only && vendor::cudnn_unavailable().empty() && vendor::cublas_unavailable().empty()) {
    ways.push_back({"libraries", ConvolutionChoice::cudnn, false});
    if (has_tensor_float32) ways.push_back({"libraries TF32", ConvolutionChoice::cudnn, true});
  }
  return ways;
}

// The hand-written kernels with each of their tiles; forward passes have as many as any.
template <class Storage>
std::vector<Way> tiles() {
  std::vector<Way> tiles;
  for (Way way : ways<Storage>()) {
    if (way.choice != ConvolutionChoice::handwritten) continue;
    const CudaChoice choice(way.choice, way.tensor_float32);
    const int count = int(cuda::convolution_tiles<Storage>(cuda_backend()).forward.size());
    for (way.tile = 0; way.tile < count; ++way.tile) tiles.push_back(way);
  }
  return tiles;
}

// TF32 keeps ten bits of each factor: 2^-11 relative, less in a sum. bfloat16 inputs are rounded before the
// definition sees them, so that only the result's rounding is left.
template <class Storage>
double tolerance(const Way& way) {
  if (way.tensor_float32) return 2e-3;
  return std::is_same_v<Storage, bfloat16> ? 0x1p-8 : 1e-5;
}
// The libraries round to bfloat16 more often: biases, sums that are still to be scaled, weight gradients.
template <class Storage>
double epilogue_tolerance(const Way& way) {
  return way.choice == ConvolutionChoice::cudnn ? 2 * tolerance<Storage>(way) : tolerance<Storage>(way);
}
template <class Storage>
double weight_tolerance(const Way& way) {
  return way.choice == ConvolutionChoice::cudnn ? tolerance<Storage>(way)
                                                : std::min(tolerance<Storage>(way), 2e-3);
}

// One convolution, both gradients, against the definition in double. Kernels: forward, backward_data and
// backward_weight for any backend.
template <class Kernels, class Storage, class Shape>
void check_convolution(const Shape& s, const std::vector<Way>& by = ways<Storage>()) {
  CAPTURE(s.in_height);
  CAPTURE(s.in_width);
  CAPTURE(s.in_channels);
  CAPTURE(s.out_channels);
  CAPTURE(s.kernel_height);
  CAPTURE(s.stride);
  CAPTURE(s.padding);
  CAPTURE(s.dilation);
  const auto x = stored<Storage>(random_values<float>(s.input_size(), 1));
  const auto w = stored<Storage>(random_values<float>(s.weight_size(), 2));
  const auto dy = stored<Storage>(random_values<float>(s.output_size(), 3));
  auto y = poisoned<double>(s.output_size()), dx = poisoned<double>(s.input_size());
  auto dw = poisoned<double>(s.weight_size());
  Kernels::forward(Reference{}, s, doubles(x).data(), doubles(w).data(), Conv2dEpilogue<double>{}, y.data());
  Kernels::backward_data(Reference{}, s, doubles(w).data(), doubles(dy).data(), dx.data());
  Kernels::backward_weight(Reference{}, s, doubles(x).data(), doubles(dy).data(), dw.data());

  const DeviceArray<Storage> device_x(x), device_w(w), device_dy(dy);
  for (const Way& way : by) {
    CAPTURE(way.name);
    CAPTURE(way.tile);
    const CudaChoice choice(way.choice, way.tensor_float32, way.tile);
    const DeviceArray<Storage> fast_y(s.output_size()), fast_dx(s.input_size());
    const DeviceArray<float> fast_dw(s.weight_size()), again(s.weight_size());
    Kernels::forward(cuda_backend(), s, device_x.data(), device_w.data(), Conv2dEpilogue<float>{},
                     fast_y.data());
    Kernels::backward_data(cuda_backend(), s, device_w.data(), device_dy.data(), fast_dx.data());
    Kernels::backward_weight(cuda_backend(), s, device_x.data(), device_dy.data(), fast_dw.data());
    Kernels::backward_weight(cuda_backend(), s, device_x.data(), device_dy.data(), again.data());
    CHECK(relative_error(floats(fast_y.values()), y) < tolerance<Storage>(way));
    CHECK(relative_error(floats(fast_dx.values()), dx) < tolerance<Storage>(way));
    CHECK(relative_error(fast_dw.values(), dw) < weight_tolerance<Storage>(way));
    CHECK(fast_dw.values() == again.values());
  }
}

// relu(conv + bias) * scale + shift, every part present or not.
template <class Kernels, class Storage, class Shape>
void check_epilogues(const Shape& s) {
  const auto x = stored<Storage>(random_values<float>(s.input_size(), 1));
  const auto w = stored<Storage>(random_values<float>(s.weight_size(), 2));
  const auto bias = random_values<float>(s.out_channels, 4), scale = random_values<float>(s.out_channels, 5);
  const auto shift = random_values<float>(s.out_channels, 6);
  const DeviceArray<Storage> device_x(x), device_w(w);
  const DeviceArray<float> device_bias(bias), device_scale(scale), device_shift(shift);
  for (const Way& way : ways<Storage>())
    for (int part = 0; part < 8; ++part) {
      CAPTURE(way.name);
      CAPTURE(part);
      const auto epilogue = [&](const float* b, const float* factor, const float* offset) {
        return Conv2dEpilogue<float>{.bias = part & 1 ? b : nullptr,
                                     .relu = (part & 2) != 0,
                                     .scale = part & 4 ? factor : nullptr,
                                     .shift = part & 4 ? offset : nullptr};
      };
      auto expected = poisoned<float>(s.output_size());
      Kernels::forward(Reference{}, s, floats(x).data(), floats(w).data(),
                       epilogue(bias.data(), scale.data(), shift.data()), expected.data());
      const CudaChoice choice(way.choice, way.tensor_float32);
      const DeviceArray<Storage> y(s.output_size());
      Kernels::forward(cuda_backend(), s, device_x.data(), device_w.data(),
                       epilogue(device_bias.data(), device_scale.data(), device_shift.data()), y.data());
      CHECK(relative_error(floats(y.values()), expected) < epilogue_tolerance<Storage>(way));
    }
}

}  // namespace huegrad::test
