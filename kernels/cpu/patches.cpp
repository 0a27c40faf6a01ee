#include "kernels/cpu/patches.h"

#include <algorithm>

#include "kernels/cpu/pack.h"

namespace huegrad {
namespace {

constexpr int64_t kShortRun = 8;  // channels that are too few to be a loop of their own

// The corner of a position's patch: its image and where in it.
struct Corner {
  int64_t image, y, x;
};

Corner corner_of(const Patches& patches, int64_t position) {
  const int64_t row = position / patches.grid_width;
  return {row / patches.grid_height, row % patches.grid_height * patches.step,
          position % patches.grid_width * patches.step};
}

// Steps to the next position in memory order.
void advance(const Patches& patches, Corner& corner) {
  corner.x += patches.step;
  if (corner.x < patches.grid_width * patches.step) return;
  corner.x = 0;
  corner.y += patches.step;
  if (corner.y < patches.grid_height * patches.step) return;
  corner.y = 0;
  ++corner.image;
}

// The pixel a tap reads, from the given channel on; zeros outside the image.
const float* pixel(const Patches& patches, const float* x, const Corner& corner, const Tap& tap,
                   int64_t channel) {
  const int64_t row = corner.y + tap.y, column = corner.x + tap.x;
  if (uint64_t(row) >= uint64_t(patches.height) || uint64_t(column) >= uint64_t(patches.width))
    return pack_zeros();
  return x + ((corner.image * patches.height + row) * patches.width + column) * patches.channels + channel;
}

// Calls body(tap, first channel, channels, offset) for each tap's share of [first, first + count) of the
// (tap, channel) axis.
template <class Body>
void for_each_tap(const Patches& patches, int64_t first, int64_t count, const Body& body) {
  for (int64_t done = 0; done < count;) {
    const int64_t channel = (first + done) % patches.channels;
    const int64_t channels = std::min(patches.channels - channel, count - done);
    body(patches.taps[(first + done) / patches.channels], channel, channels, done);
    done += channels;
  }
}

}  // namespace

PatchRows::PatchRows(const Patches& patches, const float* x)
    : gathered_(patches.channels < kShortRun), patches_(patches), x_(x) {
  if (gathered_) {
    runs_.push_back(patches.depth());
    return;
  }
  for (size_t tap = 0; tap < patches.taps.size(); ++tap)
    for (int64_t channel = 0; channel < patches.channels; channel += kGemmDepth)
      runs_.push_back(std::min(kGemmDepth, patches.channels - channel));
}

void PatchRows::locate(int64_t first, int64_t count, const float** begin, float* space) const {
  Corner corner = corner_of(patches_, first);
  for (int64_t i = 0; i < count; ++i, advance(patches_, corner)) {
    const float** run = begin + i;
    if (gathered_) *run = space;
    for (const Tap& tap : patches_.taps)
      if (gathered_)
        space = std::copy_n(pixel(patches_, x_, corner, tap, 0), patches_.channels, space);
      else
        for (int64_t channel = 0; channel < patches_.channels; channel += kGemmDepth, run += count)
          *run = pixel(patches_, x_, corner, tap, channel);
  }
}

void PatchValuesOperand::pack(int64_t item_first, int64_t items, int64_t k_first, int64_t depth,
                              int64_t width, float* packed) const {
  if (items < width) std::fill_n(packed, depth * width, 0.0f);
  const Corner start = corner_of(patches_, k_first);
  for_each_tap(patches_, item_first, items,
               [&](const Tap& tap, int64_t channel, int64_t channels, int64_t offset) {
                 const float* slice[kGemmDepth];
                 Corner corner = start;
                 for (int64_t k = 0; k < depth; ++k, advance(patches_, corner))
                   slice[k] = pixel(patches_, x_, corner, tap, channel);
                 pack_copied(slice, channels, depth, width, packed + offset);
               });
}

void TapWeightsOperand::pack(int64_t item_first, int64_t items, int64_t k_first, int64_t depth, int64_t width,
                             float* packed) const {
  if (items < width) std::fill_n(packed, depth * width, 0.0f);
  for_each_tap(patches_, k_first, depth,
               [&](const Tap& tap, int64_t channel, int64_t channels, int64_t offset) {
                 const float* corner =
                     w_ + item_first * item_stride_ + tap.index * tap_stride_ + channel * channel_stride_;
                 if (item_stride_ == 1) {
                   const float* slice[kGemmDepth];
                   for (int64_t k = 0; k < channels; ++k) slice[k] = corner + k * channel_stride_;
                   pack_copied(slice, items, channels, width, packed + offset * width);
                 } else {
                   const float* item[kGemmMaxWidth];
                   for (int64_t i = 0; i < width; ++i)
                     item[i] = i < items ? corner + i * item_stride_ : pack_zeros();
                   pack_transposed(item, channels, width, packed + offset * width);
                 }
               });
}

}  // namespace huegrad
