#include "net/chroma_edges.h"

#include <cmath>

#include "core/error.h"

namespace huegrad {
namespace {

// Square of the length of the gradient at an inner pixel, a channel of `channels` interleaved ones.
double squared_gradient(const float* pixel, int64_t row, int64_t channels) {
  const auto at = [&](int64_t y, int64_t x) { return double(pixel[y * row + x * channels]); };
  const double right = at(-1, 1) + 2 * at(0, 1) + at(1, 1), left = at(-1, -1) + 2 * at(0, -1) + at(1, -1);
  const double under = at(1, -1) + 2 * at(1, 0) + at(1, 1), over = at(-1, -1) + 2 * at(-1, 0) + at(-1, 1);
  return ((right - left) * (right - left) + (under - over) * (under - over)) / 64;  // per pixel
}

// Sums of pairs, for their correlation.
struct Pairs {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;

  void add(double u, double v) {
    ++n;
    x += u;
    y += v;
    xx += u * u;
    yy += v * v;
    xy += u * v;
  }
  // NaN when there are too few, or one of both hardly varies.
  double correlation(double least_deviation) const {
    const double of_x = xx / n - x / n * (x / n), of_y = yy / n - y / n * (y / n);  // variances
    const double least = least_deviation * least_deviation;
    return of_x > least && of_y > least ? (xy / n - x / n * (y / n)) / std::sqrt(of_x * of_y) : std::nan("");
  }
};

double distance(const float* p, const float* q) {
  return std::hypot(double(p[0]) - double(q[0]), double(p[1]) - double(q[1]));
}

// One row or column: `count` pixels, `step` apart.
class Line {
 public:
  Line(const float* ab, const uint8_t* labels, int64_t count, int64_t step)
      : ab_(ab), labels_(labels), count_(count), step_(step) {}

  Ratio kept() const {
    Ratio sum;
    int64_t same = 0;  // pixels up to `last` with its label
    for (int64_t last = 0; last + 1 < count_; ++last) {
      same = last > 0 && label(last) == label(last - 1) ? same + 1 : 1;
      if (label(last) == kIgnoreLabel || same <= kFar || label(last + 1) == label(last)) continue;
      const int64_t first = after_run(last + 1);
      if (begins_side(first) && label(first) != label(last))
        sum += {distance(at(first), at(last)), distance(at(first + kFar), at(last - kFar))};
    }
    return sum;
  }

 private:
  uint8_t label(int64_t i) const { return labels_[i * step_]; }
  const float* at(int64_t i) const { return ab_ + 2 * i * step_; }
  // The first pixel from i on that is not 255, if the run is short enough; else one past the end.
  int64_t after_run(int64_t i) const {
    for (int64_t run = 0; run <= kLongestRun && i + run < count_; ++run)
      if (label(i + run) != kIgnoreLabel) return i + run;
    return count_;
  }
  // Whether pixels i to i + kFar are there and of one class.
  bool begins_side(int64_t i) const {
    if (i + kFar >= count_) return false;
    for (int64_t j = i + 1; j <= i + kFar; ++j)
      if (label(j) != label(i)) return false;
    return true;
  }

  const float* ab_;
  const uint8_t* labels_;
  int64_t count_, step_;
};

}  // namespace

double edge_alignment(std::span<const float> ab, std::span<const float> lightness, int64_t height,
                      int64_t width) {
  check(int64_t(lightness.size()) == height * width && ab.size() == 2 * lightness.size(), "edge_alignment",
        "{} values of ab and {} of lightness for {}x{} pixels", ab.size(), lightness.size(), height, width);
  Pairs pairs;
  for (int64_t y = 1; y + 1 < height; ++y)
    for (int64_t x = 1; x + 1 < width; ++x) {
      const int64_t i = y * width + x;
      const double color = squared_gradient(&ab[size_t(2 * i)], 2 * width, 2) +
                           squared_gradient(&ab[size_t(2 * i + 1)], 2 * width, 2);
      pairs.add(std::sqrt(color), std::sqrt(squared_gradient(&lightness[size_t(i)], width, 1)));
    }
  return pairs.correlation(kLeastEdges);
}

Ratio kept_contrast(std::span<const float> ab, const LabelMap& labels) {
  const int64_t height = labels.height, width = labels.width;
  check(int64_t(ab.size()) == 2 * height * width && ab.size() == 2 * labels.labels.size(), "kept_contrast",
        "{} values of ab and {} labels for {}x{} pixels", ab.size(), labels.labels.size(), height, width);
  Ratio sum;
  for (int64_t y = 0; y < height; ++y)
    sum += Line(ab.data() + 2 * y * width, labels.labels.data() + y * width, width, 1).kept();
  for (int64_t x = 0; x < width; ++x)
    sum += Line(ab.data() + 2 * x, labels.labels.data() + x, height, width).kept();
  return sum;
}

}  // namespace huegrad
