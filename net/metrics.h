// Figures of merit of colourings and label maps, as published evaluations define them.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "data/image.h"
#include "data/label_map.h"

namespace huegrad {

// 10 log10(255^2 / mean squared error) over all pixels and channels, in dB; infinity for equal pictures. Both
// 8-bit RGB of one size (so are the other functions' pictures).
double psnr(const Image& a, const Image& b);

// Mean structural similarity (Wang et al. 2004): Gaussian window of 11x11, sigma 1.5, K1 0.01, K2 0.03,
// population (not sample) variances, windows that lie inside the picture, mean over the three channels.
// Throws Error(usage) for a picture smaller than the window.
double ssim(const Image& a, const Image& b);

// Colourfulness (Hasler and Suesstrunk 2003): standard deviations plus 0.3 means of R - G and (R + G)/2 - B.
double colorfulness(const Image& image);

// Area under the cumulative error curve (Zhang et al. 2016, section 3.1): for thresholds t = 0, 1, ... 150
// the share of pixels whose ab error |predicted - true| is at most t; the mean over t. Pixels of a whole data
// set go into one curve, each with its weight.
class AbErrorCurve {
 public:
  static constexpr int kThresholds = 151;

  // predicted, truth (n, 2); weight (n), or empty: 1 each.
  void add(std::span<const float> predicted, std::span<const float> truth,
           std::span<const float> weight = {});
  double auc() const;  // 0..1; NaN when nothing was added

 private:
  // Weight of pixels whose error is in (t - 1, t]; the last entry holds those past all thresholds.
  std::array<double, kThresholds + 1> mass_{};
};

// One confusion matrix over a whole data set. Truths outside [0, classes), such as 255, do not count.
class ConfusionMatrix {
 public:
  explicit ConfusionMatrix(int64_t classes) : classes_(classes), counts_(size_t(classes * classes)) {}

  void add(std::span<const uint8_t> truth, std::span<const uint8_t> predicted);

  int64_t pixels() const;
  double pixel_accuracy() const;
  // Means over the classes that occur in the truth.
  double mean_accuracy() const;
  double mean_iou() const;                // TP / (truth + predicted - TP)
  double frequency_weighted_iou() const;  // IoU weighted by the class's share of the truth
  std::vector<double> iou() const;        // by class; NaN for a class that does not occur in the truth
  int64_t count(int64_t truth, int64_t predicted) const {
    return counts_[size_t(truth * classes_ + predicted)];
  }

 private:
  struct Totals {
    std::vector<int64_t> truth, predicted;
    int64_t all = 0;
  };
  Totals totals() const;

  int64_t classes_;
  std::vector<int64_t> counts_;  // (truth, predicted)
};

}  // namespace huegrad
