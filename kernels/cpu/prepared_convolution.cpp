#include "kernels/prepared_convolution.h"

#include <optional>
#include <utility>
#include <vector>

#include "kernels/cpu/conv2d_passes.h"
#include "kernels/cpu/gemm_digits.h"
#include "kernels/cpu/narrow.h"
#include "kernels/cpu/packed_panels.h"
#include "kernels/cpu/winograd.h"
#include "kernels/cpu/winograd_prepared.h"

namespace huegrad {

// The weights as they are, or Winograd's elements, or those of each product: one, or one for each phase.
struct PreparedConvolution::Body {
  struct Product {
    PackedMatrix memory;
    PackedPanels weights;
  };
  std::vector<float> narrow;
  std::optional<WinogradKernels> winograd;
  std::vector<Product> products;

  void add(const GemmOperand& weights, int64_t n, int64_t depth) {
    const bool digits = digits_suit(depth);
    PackedMatrix memory(packed_size(n, depth, digits));
    const PackedPanels panels = pack_panels(weights, n, depth, digits, memory.data());
    products.push_back({std::move(memory), panels});
  }
};

PreparedConvolution::PreparedConvolution(const Conv2dShape& s, const float* w, bool lean)
    : body_(std::make_unique<Body>()) {
  if (narrow_suits(s)) {
    body_->narrow.assign(w, w + s.weight_size());
    return;
  }
  if (winograd_applies(s)) {
    body_->winograd.emplace(s, w, lean);
    return;
  }
  const Patches patches = forward_patches(s);
  body_->add(forward_weights(s, patches, w), s.out_channels, patches.depth());
}

PreparedConvolution::PreparedConvolution(const ConvTranspose2dShape& shape, const float* w, bool lean)
    : body_(std::make_unique<Body>()) {
  if (winograd_applies(shape)) {
    body_->winograd.emplace(shape, w, lean);
    return;
  }
  const Conv2dShape s = shape.adjoint();
  for (int64_t index = 0; index < s.stride * s.stride; ++index) {
    const Patches patches = phase_patches(s, phase_of(s, index));
    body_->add(phase_weights(s, patches, w), s.in_channels, patches.depth());
  }
}

PreparedConvolution::~PreparedConvolution() = default;
PreparedConvolution::PreparedConvolution(PreparedConvolution&&) noexcept = default;

void PreparedConvolution::forward(const Conv2dShape& s, const float* x, const Conv2dEpilogue<float>& epilogue,
                                  float* y) const {
  if (!body_->narrow.empty()) return narrow_forward(s, x, body_->narrow.data(), epilogue, y);
  if (body_->winograd) return winograd_forward(s, x, *body_->winograd, epilogue, y);
  product_forward(s, forward_patches(s), x, body_->products.front().weights, epilogue, y);
}

void PreparedConvolution::forward(const ConvTranspose2dShape& shape, const float* x,
                                  const Conv2dEpilogue<float>& epilogue, float* y) const {
  if (body_->winograd) return winograd_forward(shape, x, *body_->winograd, epilogue, y);
  const Conv2dShape s = shape.adjoint();
  for (int64_t index = 0; index < s.stride * s.stride; ++index) {
    const Phase phase = phase_of(s, index);
    product_phase(s, phase, phase_patches(s, phase), x, body_->products[size_t(index)].weights, epilogue, y);
  }
}

int64_t PreparedConvolution::bytes() const {
  int64_t sum = body_->winograd ? body_->winograd->bytes() : int64_t(body_->narrow.size() * sizeof(float));
  for (const Body::Product& product : body_->products) sum += product.memory.bytes();
  return sum;
}

const char* PreparedConvolution::algorithm() const {
  return body_->winograd ? "winograd" : body_->narrow.empty() ? "product" : "narrow";
}

}  // namespace huegrad
