// Weights that balance classes of very different frequency in a segmentation loss.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "data/label_map.h"

namespace huegrad {

// What the weightings need to know of a data set. Labels outside [0, classes), such as 255, count nowhere.
struct ClassFrequencies {
  std::vector<int64_t> pixels;        // (classes) pixels of each class
  std::vector<int64_t> image_pixels;  // (classes) labelled pixels of the images in which the class occurs

  explicit ClassFrequencies(int64_t classes = 0) : pixels(classes), image_pixels(classes) {}
  void add(const LabelMap& map);
};

// median(f) / f[c] with f[c] = pixels[c] / image_pixels[c] (Eigen and Fergus 2015); the median is over the
// classes that occur. A class that never occurs gets weight 0.
std::vector<float> median_frequency_weights(const ClassFrequencies& frequencies);

// 1 / ln(1.02 + p[c]), p[c] the share of class c among all labelled pixels (Paszke et al. 2016, ENet).
std::vector<float> enet_weights(const ClassFrequencies& frequencies);

}  // namespace huegrad
