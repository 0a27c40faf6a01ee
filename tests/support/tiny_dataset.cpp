#include "tests/support/tiny_dataset.h"

#include <fmt/core.h>

#include "core/files.h"
#include "data/ab_bins.h"

namespace huegrad::test {

namespace fs = std::filesystem;

Image two_halves(int64_t width, int64_t height, int seed) {
  Image image = Image::make(width, height, 3);
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x) {
      uint8_t* pixel = &image.samples8[size_t((y * width + x) * 3)];
      const bool left = x < width / 2;
      pixel[0] = uint8_t(left ? 200 : 40 + 5 * (seed % 8));
      pixel[1] = uint8_t(60 + 60 * y / height);
      pixel[2] = uint8_t(left ? 40 + 5 * (seed % 8) : 200);
    }
  return image;
}

LabelMap two_labels(int64_t width, int64_t height) {
  LabelMap map{.width = width, .height = height, .labels = {}};
  for (int64_t i = 0; i < width * height; ++i) map.labels.push_back(i % width < width / 2 ? 1 : 2);
  return map;
}

void make_voc(const fs::path& root, int count, int64_t width, int64_t height) {
  std::string list;
  for (const char* folder : {"JPEGImages", "SegmentationClass", "ImageSets/Segmentation"})
    fs::create_directories(root / folder);
  for (int i = 0; i < count; ++i) {
    const std::string name = fmt::format("p{}", i);
    write_image(root / "JPEGImages" / (name + ".jpg"), two_halves(width, height, i));
    write_label_png(root / "SegmentationClass" / (name + ".png"), two_labels(width, height));
    list += name + "\r\n";
  }
  write_file(root / "ImageSets/Segmentation/train.txt", list);
}

std::shared_ptr<const Pack> make_pack(const fs::path& path, const std::string& prefix, int count,
                                      const std::vector<std::string>& classes, int64_t width,
                                      int64_t height) {
  const auto bins = size_t(AbBins::zhang313().count());
  PackMetadata metadata{.kind = "voc",
                        .split = "train",
                        .size = std::min(width, height),
                        .classes = classes,
                        .label_weight = 0.5,
                        .prior = std::vector<double>(bins, 1.0 / double(bins)),
                        .prior_colors = 100,
                        .frequencies = ClassFrequencies(int64_t(classes.size()))};
  PackWriter writer(path);
  const LabelMap labels = two_labels(width, height);
  for (int i = 0; i < count; ++i)
    writer.add(prefix + std::to_string(i), two_halves(width, height, i), classes.empty() ? nullptr : &labels);
  writer.commit(metadata);
  return std::make_shared<const Pack>(path);
}

}  // namespace huegrad::test
