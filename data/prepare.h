// Making a pack of a data set.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/image.h"

namespace huegrad {

struct PrepareOptions {
  int64_t size = 256;       // shorter side of the packed pictures
  double label_weight = 1;  // confidence in the labels, in (0, 1]
  int jobs = 1;             // threads that decode and scale
};

// Called on the caller's thread after each example, in order: examples finished so far, and why the last one
// was left out ("" if it was not). Returning false gives up; then nothing is written.
using PrepareProgress = std::function<bool(int64_t done, const std::string& failure)>;

struct PrepareReport {
  bool written = false;  // false when progress said to give up
  int64_t pictures = 0;
  int64_t failures = 0;
};

// Writes the pack; examples that cannot be read are left out. The bytes do not depend on `jobs`. Throws
// Error(input) when not one could be read, and Error(usage) for impossible options.
PrepareReport prepare_pack(const Dataset& dataset, const std::filesystem::path& pack,
                           const PrepareOptions& options, const PrepareProgress& progress);

// The size of a picture scaled so that its shorter side is `size`, and the longer side that is kept, centred:
// at most twice as long, so that panoramas do not fill the pack with pixels that crops rarely show.
struct PackedSize {
  int64_t scaled_width, scaled_height;
  int64_t width, height;
};
PackedSize packed_size(int64_t width, int64_t height, int64_t size);

}  // namespace huegrad
