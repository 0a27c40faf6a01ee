// Figures of merit of colourings and label maps, as published evaluations define them.
#pragma once
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "data/image.h"

namespace huegrad {

// 10 log10(255^2 / mean squared error) over all pixels and channels, in dB; infinity for equal pictures. Both
// 8-bit RGB of one size (so are the other functions' pictures).
double psnr(const Image& a, const Image& b);

// Mean structural similarity (Wang et al. 2004): Gaussian window of 11x11, sigma 1.5, K1 0.01, K2 0.03,
// population (not sample) variances, windows that lie inside the picture, mean over the three channels.
// Throws Error(usage) for a picture smaller than the window.
double ssim(const Image& a, const Image& b);

// Colourfulness (Hasler and Suesstrunk 2003): standard deviations plus 0.3 means of R - G and (R + G)/2 - B.
// absolute: of their absolute values, which is another figure, and the one that DDColor's code computes.
double colorfulness(const Image& image, bool absolute = false);

// A figure of a data set that is one sum over its pictures by another, so that pictures are added by adding
// both. A mean over pictures has 1 for each picture below the line.
struct Ratio {
  double above = 0, below = 0;

  double value() const { return above / below; }  // NaN when nothing was added
  Ratio& operator+=(const Ratio& other) {
    above += other.above;
    below += other.below;
    return *this;
  }
};

// A picture's part of a mean over pictures; none when the figure is not defined for it (NaN).
inline Ratio in_mean(double figure) { return std::isnan(figure) ? Ratio{} : Ratio{figure, 1}; }

// Area under the cumulative error curve (Zhang et al. 2016, section 3.1), 0..1: for thresholds t = 0, 1, ...
// 150 the share of pixels whose ab error |predicted - true| is at most t; the mean over t. The curve of a
// data set is that of all its pixels, each with its weight: add the pictures' ratios. predicted, truth (n,
// 2); weight (n), or empty: 1 each.
inline constexpr int kAucThresholds = 151;
Ratio auc(std::span<const float> predicted, std::span<const float> truth, std::span<const float> weight = {});

// How often each class is true, predicted, and both: the sums and the diagonal of a confusion matrix, which
// is all that the figures below need, and little enough to be kept for every picture.
class ClassCounts {
 public:
  // One without classes can only be added to.
  explicit ClassCounts(int64_t classes = 0)
      : truth_(size_t(classes)), predicted_(size_t(classes)), hits_(size_t(classes)) {}

  // Of a confusion matrix (classes, classes): pixels by truth and prediction.
  static ClassCounts of_confusion(std::span<const int64_t> confusion);

  // Truths outside [0, classes), such as 255, do not count.
  void add(int64_t truth, int64_t predicted, int64_t pixels = 1);
  void add(std::span<const uint8_t> truth, std::span<const uint8_t> predicted);
  ClassCounts& operator+=(const ClassCounts& other);

  int64_t truth(size_t c) const { return truth_[c]; }
  int64_t predicted(size_t c) const { return predicted_[c]; }
  int64_t hits(size_t c) const { return hits_[c]; }

  int64_t pixels() const;
  double pixel_accuracy() const;
  // Means over the classes that occur in the truth.
  double mean_accuracy() const;
  double mean_iou() const;                // hits / (truth + predicted - hits)
  double frequency_weighted_iou() const;  // IoU weighted by the class's share of the truth
  std::vector<double> iou() const;        // by class; NaN for a class that does not occur in the truth

 private:
  std::vector<int64_t> truth_, predicted_, hits_;  // pixels, by class
};

}  // namespace huegrad
