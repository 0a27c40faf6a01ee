// Both losses of the network, and what they are divided by.
#include "kernels/softmax_cross_entropy.h"

#include "benchmarks/shapes.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

constexpr int64_t kTargets = 5;

const Cases<Image> kColors = variant("soft", images({{1, 56, 56, 313}})),
                   kClasses = variant("integer", images({{1, 56, 56, 21}}));

// Of colours: a few bins and their weights for each pixel, and the rarity of its colour.
template <class Place>
struct SoftTargets {
  SoftTargets(const Place& on, const Image& s)
      : index(on.integers(s.rows() * kTargets, int32_t(s.channels))),
        weight(on.floats(s.rows() * kTargets, 0, 2.0 / kTargets)),
        rarity(on.floats(s.rows(), 0.5, 5)) {}
  SparseTargets<float> pointers() const { return {index.data(), weight.data(), rarity.data()}; }
  double bytes() const { return bytes_of(index) + bytes_of(weight, rarity); }

  Array<int32_t> index;
  Array<float> weight, rarity;
};

// Of labels: a class for each pixel.
template <class Place>
struct Classes {
  Classes(const Place& on, const Image& s) : index(on.integers(s.rows(), int32_t(s.channels))) {}
  IntegerTargets<float> pointers() const { return {.index = index.data()}; }
  double bytes() const { return bytes_of(index); }

  Array<int32_t> index;
};

SoftmaxCrossEntropyShape shape_of(const Image& s) {
  return {.rows = s.rows(), .classes = s.channels, .targets_per_row = kTargets};
}

// Logits are read and gradients written once.
template <template <class> class Targets>
bool add_loss(const Cases<Image>& cases) {
  return everywhere("softmax_cross_entropy", cases, [](auto on, const Image& s) {
    const auto logits = on.values(s.size(), -8, 8), dlogits = on.values(s.size());
    const Targets<decltype(on)> targets(on, s);
    const auto scale = on.floats(1, 0.125, 0.125), loss = on.floats(s.rows());
    return Work{[=] {
                  softmax_cross_entropy(on.backend(), shape_of(s), logits.data(), targets.pointers(),
                                        scale.data(), loss.data(), dlogits.data());
                },
                {.bytes = bytes_of(logits, dlogits) + targets.bytes() + bytes_of(loss),
                 .exponentials = double(s.size())}};
  });
}

template <template <class> class Targets>
bool add_scale(const Cases<Image>& cases) {
  return in_float("softmax_cross_entropy_scale", cases, [](auto on, const Image& s) {
    const Targets<decltype(on)> targets(on, s);
    const auto scale = on.floats(1);
    return Work{[=] {
                  softmax_cross_entropy_scale(on.backend(), shape_of(s), targets.pointers(),
                                              {.images = s.batch}, scale.data());
                },
                {.bytes = targets.bytes()}};
  });
}

const bool kSoft = add_loss<SoftTargets>(kColors), kInteger = add_loss<Classes>(kClasses);
const bool kSoftScale = add_scale<SoftTargets>(kColors), kIntegerScale = add_scale<Classes>(kClasses);

}  // namespace
