// Small data sets, made up on the spot: pictures whose colour at every pixel is known, and labels.
#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/image.h"
#include "data/label_map.h"
#include "data/pack.h"

namespace huegrad::test {

// Left half reddish, right half bluish, with a vertical gradient; `seed` shifts the colours.
Image two_halves(int64_t width, int64_t height, int seed);

// Class 1 where two_halves is reddish, class 2 where it is bluish.
LabelMap two_labels(int64_t width, int64_t height);

// root/JPEGImages/p0.jpg..., root/SegmentationClass/p0.png... and ImageSets/Segmentation/train.txt naming
// them.
void make_voc(const std::filesystem::path& root, int count, int64_t width = 60, int64_t height = 40);

// A pack of `count` pictures two_halves named prefix0, prefix1, ...; labelled if there are classes.
std::shared_ptr<const Pack> make_pack(const std::filesystem::path& path, const std::string& prefix, int count,
                                      const std::vector<std::string>& classes, int64_t width = 48,
                                      int64_t height = 40);

}  // namespace huegrad::test
