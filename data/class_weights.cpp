#include "data/class_weights.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace huegrad {

void ClassFrequencies::add(const LabelMap& map) {
  std::vector<int64_t> histogram(256);
  for (const uint8_t label : map.labels) ++histogram[label];
  const size_t classes = std::min<size_t>(pixels.size(), 256);
  const int64_t labelled =
      std::accumulate(histogram.begin(), histogram.begin() + int64_t(classes), int64_t(0));
  for (size_t c = 0; c < classes; ++c) {
    pixels[c] += histogram[c];
    if (histogram[c]) image_pixels[c] += labelled;
  }
}

std::vector<float> median_frequency_weights(const ClassFrequencies& frequencies) {
  std::vector<double> share(frequencies.pixels.size()), occurring;
  for (size_t c = 0; c < share.size(); ++c) {
    if (frequencies.pixels[c] == 0) continue;
    share[c] = double(frequencies.pixels[c]) / double(frequencies.image_pixels[c]);
    occurring.push_back(share[c]);
  }
  std::ranges::sort(occurring);
  const size_t n = occurring.size();
  const double median = n == 0 ? 0 : (occurring[(n - 1) / 2] + occurring[n / 2]) / 2;
  std::vector<float> weights;
  for (const double f : share) weights.push_back(f > 0 ? float(median / f) : 0.0f);
  return weights;
}

std::vector<float> enet_weights(const ClassFrequencies& frequencies) {
  const auto& pixels = frequencies.pixels;
  const double total =
      double(std::max<int64_t>(1, std::accumulate(pixels.begin(), pixels.end(), int64_t(0))));
  std::vector<float> weights;
  for (const int64_t count : pixels) weights.push_back(float(1 / std::log(1.02 + double(count) / total)));
  return weights;
}

}  // namespace huegrad
