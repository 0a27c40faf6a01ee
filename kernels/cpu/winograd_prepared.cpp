#include "kernels/cpu/winograd_prepared.h"

#include "kernels/cpu/winograd_blocks.h"
#include "kernels/cpu/winograd_convolve.h"

namespace huegrad {
namespace {

// To keep. Lean ones stay on vectors: to convert a panel for the few rows of a picture costs more than it
// saves.
KernelMatrices kept(KernelMatrices kernels, bool lean) {
  kernels.digits = kernels.digits && !lean;
  return kernels;
}

}  // namespace

WinogradKernels::WinogradKernels(const KernelMatrices& kernels, bool lean, int64_t phases)
    : kernels_(kernels), lean_(lean), memory_(phases * size()) {}

WinogradKernels::WinogradKernels(const Conv2dShape& s, const float* w, bool lean)
    : WinogradKernels(kept(kernels_of(s), lean), lean, 1) {
  store(0, [&](float* packed) { pack_kernels(s, w, packed); });
}

WinogradKernels::WinogradKernels(const ConvTranspose2dShape& s, const float* w, bool lean)
    : WinogradKernels(kept(kernels_of(s), lean), lean || !kernels_of(s).digits, kPhases) {
  for (int64_t phase = 0; phase < kPhases; ++phase)
    store(phase, [&](float* packed) { pack_kernels(s, phase, w, packed); });
}

void WinogradKernels::store(int64_t phase, const std::function<void(float* packed)>& pack) {
  float* memory = memory_.data() + phase * size();
  float* packed = lean_ ? memory : packed_space(kernels_);
  pack(packed);
  if (!lean_) transform_kernels({kernels_, packed}, memory);
}

int64_t WinogradKernels::size() const { return lean_ ? kernels_.packed_size() : kernels_.transformed_size(); }

void WinogradKernels::convolve(const WinogradTiles& tiles, int64_t phase, const float* x,
                               const Conv2dEpilogue<float>& epilogue, float* y) const {
  const float* memory = memory_.data() + phase * size();
  if (!lean_)
    huegrad::convolve(tiles, x, TransformedKernels{kernels_, memory}, epilogue, y);
  else if (TileOrder(tiles).count() > kKernelTiles)
    huegrad::convolve(tiles, x, transform_once({kernels_, memory}), epilogue, y);
  else
    huegrad::convolve(tiles, x, PackedKernels{kernels_, memory}, epilogue, y);
}

void winograd_forward(const Conv2dShape& s, const float* x, const WinogradKernels& kernels,
                      const Conv2dEpilogue<float>& epilogue, float* y) {
  kernels.convolve(tiles_of(s), 0, x, epilogue, y);
}

void winograd_forward(const ConvTranspose2dShape& s, const float* x, const WinogradKernels& kernels,
                      const Conv2dEpilogue<float>& epilogue, float* y) {
  const auto convolve = [&](int64_t first, int64_t last) {
    for (int64_t phase = first; phase < last; ++phase)
      kernels.convolve(tiles_of(s, phase), phase, x, epilogue, y);
  };
  // Few tiles: threads take whole phases, so that nothing they transform changes cores.
  const WinogradTiles tiles = tiles_of(s, 0);
  const bool by_phase = TileOrder(tiles).count() <= kKernelTiles && kPhases % parallel_for_shares() == 0;
  by_phase ? parallel_for(0, kPhases, 1, convolve) : convolve(0, kPhases);
}

}  // namespace huegrad
