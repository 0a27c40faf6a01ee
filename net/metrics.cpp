#include "net/metrics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"

namespace huegrad {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void check_pair(std::string_view metric, const Image& a, const Image& b) {
  check(a.width == b.width && a.height == b.height && a.channels == 3 && b.channels == 3 &&
            a.bit_depth == 8 && b.bit_depth == 8 && a.pixels() > 0,
        metric, "two 8-bit RGB pictures of one size are wanted, got {}x{}x{} and {}x{}x{}", a.height, a.width,
        a.channels, b.height, b.width, b.channels);
}

constexpr int kWindow = 11;
constexpr double kWindowSigma = 1.5;

std::array<double, kWindow> gaussian_window() {
  std::array<double, kWindow> window;
  double sum = 0;
  for (int i = 0; i < kWindow; ++i) {
    const double distance = i - kWindow / 2;
    window[size_t(i)] = std::exp(-distance * distance / (2 * kWindowSigma * kWindowSigma));
    sum += window[size_t(i)];
  }
  for (double& weight : window) weight /= sum;
  return window;
}

// Weighted sum of plane (height, width) over every window inside: (height - 10, width - 10).
std::vector<double> blur(const std::vector<double>& plane, int64_t height, int64_t width) {
  static const std::array<double, kWindow> window = gaussian_window();
  const int64_t out_height = height - kWindow + 1, out_width = width - kWindow + 1;
  std::vector<double> rows(size_t(height * out_width), 0), out(size_t(out_height * out_width), 0);
  for (int64_t y = 0; y < height; ++y)
    for (int64_t i = 0; i < kWindow; ++i)
      for (int64_t x = 0; x < out_width; ++x)
        rows[size_t(y * out_width + x)] += window[size_t(i)] * plane[size_t(y * width + x + i)];
  for (int64_t y = 0; y < out_height; ++y)
    for (int64_t i = 0; i < kWindow; ++i)
      for (int64_t x = 0; x < out_width; ++x)
        out[size_t(y * out_width + x)] += window[size_t(i)] * rows[size_t((y + i) * out_width + x)];
  return out;
}

double ssim_of_planes(const std::vector<double>& a, const std::vector<double>& b, int64_t height,
                      int64_t width) {
  constexpr double kC1 = (0.01 * 255) * (0.01 * 255), kC2 = (0.03 * 255) * (0.03 * 255);
  const auto moments = [&](const std::vector<double>& u, const std::vector<double>& v) {
    std::vector<double> product(u.size());
    for (size_t i = 0; i < u.size(); ++i) product[i] = u[i] * v[i];
    return blur(product, height, width);
  };
  const std::vector<double> mean_a = blur(a, height, width), mean_b = blur(b, height, width);
  const std::vector<double> aa = moments(a, a), bb = moments(b, b), ab = moments(a, b);
  double sum = 0;
  for (size_t i = 0; i < aa.size(); ++i) {
    const double ma = mean_a[i], mb = mean_b[i];
    const double variance_a = aa[i] - ma * ma, variance_b = bb[i] - mb * mb, covariance = ab[i] - ma * mb;
    sum += (2 * ma * mb + kC1) * (2 * covariance + kC2) /
           ((ma * ma + mb * mb + kC1) * (variance_a + variance_b + kC2));
  }
  return sum / double(aa.size());
}

std::vector<double> channel_plane(const Image& image, int channel) {
  std::vector<double> plane(size_t(image.pixels()));
  for (size_t i = 0; i < plane.size(); ++i) plane[i] = image.samples8[3 * i + size_t(channel)];
  return plane;
}

}  // namespace

double psnr(const Image& a, const Image& b) {
  check_pair("psnr", a, b);
  int64_t squares = 0;
  for (size_t i = 0; i < a.samples8.size(); ++i) {
    const int difference = int(a.samples8[i]) - int(b.samples8[i]);
    squares += difference * difference;
  }
  return 10 * std::log10(255.0 * 255.0 * double(a.samples8.size()) / double(squares));
}

double ssim(const Image& a, const Image& b) {
  check_pair("ssim", a, b);
  check(a.width >= kWindow && a.height >= kWindow, "ssim", "a picture of {}x{} is smaller than the window",
        a.height, a.width);
  double sum = 0;
  for (int c = 0; c < 3; ++c)
    sum += ssim_of_planes(channel_plane(a, c), channel_plane(b, c), a.height, a.width);
  return sum / 3;
}

double colorfulness(const Image& image, bool absolute) {
  check_pair("colorfulness", image, image);
  double red_green = 0, yellow_blue = 0, red_green2 = 0, yellow_blue2 = 0;
  for (size_t i = 0; i < image.samples8.size(); i += 3) {
    const double r = image.samples8[i], g = image.samples8[i + 1], b = image.samples8[i + 2];
    double rg = r - g, yb = (r + g) / 2 - b;
    if (absolute) rg = std::abs(rg), yb = std::abs(yb);
    red_green += rg;
    yellow_blue += yb;
    red_green2 += rg * rg;
    yellow_blue2 += yb * yb;
  }
  const double n = double(image.pixels());
  const double mean_rg = red_green / n, mean_yb = yellow_blue / n;
  const double variances = red_green2 / n - mean_rg * mean_rg + yellow_blue2 / n - mean_yb * mean_yb;
  return std::sqrt(std::max(0.0, variances)) + 0.3 * std::hypot(mean_rg, mean_yb);
}

Ratio auc(std::span<const float> predicted, std::span<const float> truth, std::span<const float> weight) {
  check(predicted.size() == truth.size() && (weight.empty() || weight.size() * 2 == truth.size()), "auc",
        "{} predicted, {} true values and {} weights do not fit", predicted.size(), truth.size(),
        weight.size());
  Ratio sum;
  for (size_t i = 0; 2 * i < truth.size(); ++i) {
    const double error = std::hypot(double(predicted[2 * i]) - double(truth[2 * i]),
                                    double(predicted[2 * i + 1]) - double(truth[2 * i + 1]));
    const double w = weight.empty() ? 1 : double(weight[i]);
    const double within = std::max(0.0, kAucThresholds - std::ceil(error));  // thresholds
    sum += {w * within / kAucThresholds, w};
  }
  return sum;
}

ClassCounts ClassCounts::of_confusion(std::span<const int64_t> confusion) {
  const auto classes = int64_t(std::lround(std::sqrt(double(confusion.size()))));
  ClassCounts counts(classes);
  for (int64_t i = 0; i < int64_t(confusion.size()); ++i)
    counts.add(i / classes, i % classes, confusion[size_t(i)]);
  return counts;
}

void ClassCounts::add(int64_t truth, int64_t predicted, int64_t pixels) {
  const auto classes = int64_t(truth_.size());
  if (truth < 0 || truth >= classes || predicted < 0 || predicted >= classes) return;
  truth_[size_t(truth)] += pixels;
  predicted_[size_t(predicted)] += pixels;
  if (truth == predicted) hits_[size_t(truth)] += pixels;
}

void ClassCounts::add(std::span<const uint8_t> truth, std::span<const uint8_t> predicted) {
  check(truth.size() == predicted.size(), "class_counts", "{} true and {} predicted labels", truth.size(),
        predicted.size());
  for (size_t i = 0; i < truth.size(); ++i) add(truth[i], predicted[i]);
}

ClassCounts& ClassCounts::operator+=(const ClassCounts& other) {
  if (truth_.empty()) return *this = other;
  check(other.truth_.empty() || other.truth_.size() == truth_.size(), "class_counts",
        "counts of {} and of {} classes do not add up", truth_.size(), other.truth_.size());
  for (size_t c = 0; c < other.truth_.size(); ++c) {
    truth_[c] += other.truth_[c];
    predicted_[c] += other.predicted_[c];
    hits_[c] += other.hits_[c];
  }
  return *this;
}

int64_t ClassCounts::pixels() const { return std::accumulate(truth_.begin(), truth_.end(), int64_t(0)); }

double ClassCounts::pixel_accuracy() const {
  return double(std::accumulate(hits_.begin(), hits_.end(), int64_t(0))) / double(pixels());
}

double ClassCounts::mean_accuracy() const {
  Ratio mean;
  for (size_t c = 0; c < truth_.size(); ++c) mean += in_mean(double(hits_[c]) / double(truth_[c]));
  return mean.value();
}

std::vector<double> ClassCounts::iou() const {
  std::vector<double> values;
  for (size_t c = 0; c < truth_.size(); ++c) {
    const int64_t together = truth_[c] + predicted_[c] - hits_[c];
    values.push_back(truth_[c] == 0 ? kNaN : double(hits_[c]) / double(together));
  }
  return values;
}

double ClassCounts::mean_iou() const {
  Ratio mean;
  for (const double value : iou()) mean += in_mean(value);
  return mean.value();
}

double ClassCounts::frequency_weighted_iou() const {
  const std::vector<double> values = iou();
  Ratio mean;
  for (size_t c = 0; c < values.size(); ++c)
    if (truth_[c] > 0) mean += {double(truth_[c]) * values[c], double(truth_[c])};
  return mean.value();
}

}  // namespace huegrad
