#include "data/picture_weights.h"

#include <algorithm>
#include <bitset>
#include <cmath>

#include "kernels/color.h"
#include "kernels/output_grid.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

constexpr int64_t kLeastPart = 100;  // a class occurs when it covers one in so many pixels
constexpr double kMostColor = 4;     // largest factor for a picture's colours, and reciprocal of the smallest

struct Content {
  double chroma = 0;
  bool labelled = false;
  std::bitset<256> classes;
};

// Mean length of (a, b) over the cells of the output grid.
double mean_chroma(const PackPicture& picture) {
  std::vector<float> lab;
  for (int64_t y = kGridOffset; y < picture.height; y += kGridStride)
    for (int64_t x = kGridOffset; x < picture.width; x += kGridStride)
      for (int64_t c = 0; c < 3; ++c)
        lab.push_back(float(picture.pixels[size_t((y * picture.width + x) * 3 + c)]) / 255);
  srgb_to_lab(Cpu{}, int64_t(lab.size()) / 3, lab.data(), lab.data());
  double sum = 0;
  for (size_t i = 0; i < lab.size(); i += 3) sum += std::hypot(lab[i + 1], lab[i + 2]);
  return sum / (double(lab.size()) / 3);
}

Content look_at(const PackPicture& picture) {
  Content content{.chroma = mean_chroma(picture), .labelled = !picture.labels.empty(), .classes = {}};
  std::vector<int64_t> pixels(256);
  for (const uint8_t label : picture.labels) ++pixels[label];
  for (size_t c = 0; c < kIgnoreLabel; ++c)
    content.classes[c] = pixels[c] > 0 && pixels[c] * kLeastPart >= picture.width * picture.height;
  return content;
}

std::vector<Content> look_at(const Pack& pack) {
  std::vector<Content> contents(size_t(pack.size()));
  parallel_for(0, pack.size(), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) contents[size_t(i)] = look_at(pack.picture(i));
  });
  return contents;
}

// What all pictures together are like.
struct Whole {
  double chroma = 0;                                                // mean
  std::vector<double> class_share = std::vector<double>(256, 0.0);  // of labelled pictures, by class

  explicit Whole(const std::vector<std::vector<Content>>& packs) {
    int64_t pictures = 0, labelled = 0;
    for (const auto& contents : packs)
      for (const Content& content : contents) {
        chroma += content.chroma;
        ++pictures;
        labelled += content.labelled;
        for (size_t c = 0; c < 256; ++c) class_share[c] += content.classes[c];
      }
    chroma /= double(std::max<int64_t>(1, pictures));
    for (double& share : class_share) share /= double(std::max<int64_t>(1, labelled));
  }
};

double weight_of(const Content& content, const Whole& whole, const Oversampling& options) {
  double repeat = 1;
  for (size_t c = 0; c < 256; ++c)
    if (content.classes[c]) repeat = std::max(repeat, std::sqrt(options.class_share / whole.class_share[c]));
  const double color = whole.chroma > 0 ? std::pow(content.chroma / whole.chroma, options.color_power) : 1;
  return repeat * std::clamp(color, 1 / kMostColor, kMostColor);
}

}  // namespace

void set_picture_weights(std::vector<PackSource>& sources, const Oversampling& options) {
  for (PackSource& source : sources) source.picture_weights.clear();
  if (options.class_share == 0 && options.color_power == 0) return;
  std::vector<std::vector<Content>> packs;
  for (const PackSource& source : sources) packs.push_back(look_at(*source.pack));
  const Whole whole(packs);
  for (size_t p = 0; p < sources.size(); ++p)
    for (const Content& content : packs[p])
      sources[p].picture_weights.push_back(weight_of(content, whole, options));
}

}  // namespace huegrad
