// What a segmentation takes for what: the confusion matrix as a heat map, and what follows for each class.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace huegrad {

struct ConfusionCounts {
  std::vector<std::string> classes;
  std::vector<int64_t> pixels;  // (classes, classes): truth, prediction

  int64_t count(size_t truth, size_t predicted) const { return pixels[truth * classes.size() + predicted]; }
};

// A <figure>: a row per true class, a column per predicted one, the stronger the larger the share of the row;
// shares below 0.1 % are left blank. Empty unless there is a count for every pair of classes.
std::string confusion_chart(const ConfusionCounts& confusion);

// Intersection over union of each class, in percent, as a list of bars; a class that does not occur in the
// truth has none. Empty as above.
std::string iou_bars(const ConfusionCounts& confusion);

}  // namespace huegrad
