#include "net/metrics.h"

#include <doctest/doctest.h>

#include <cmath>

#include "core/error.h"

using namespace huegrad;

namespace {

Image picture(int64_t width, int64_t height, const std::vector<uint8_t>& samples) {
  Image image = Image::make(width, height, 3);
  image.samples8 = samples;
  return image;
}

Image filled(int64_t width, int64_t height, uint8_t r, uint8_t g, uint8_t b) {
  Image image = Image::make(width, height, 3);
  for (int64_t i = 0; i < image.pixels(); ++i) {
    image.samples8[size_t(3 * i)] = r;
    image.samples8[size_t(3 * i + 1)] = g;
    image.samples8[size_t(3 * i + 2)] = b;
  }
  return image;
}

}  // namespace

TEST_CASE("psnr: the mean runs over pixels and channels") {
  const Image a = picture(2, 1, {10, 20, 30, 40, 50, 60});
  CHECK(std::isinf(psnr(a, a)));
  // One sample of six differs by 6: MSE 6.
  CHECK(psnr(a, picture(2, 1, {10, 20, 36, 40, 50, 60})) ==
        doctest::Approx(10 * std::log10(255 * 255 / 6.0)).epsilon(1e-12));
  CHECK(psnr(filled(3, 2, 0, 0, 0), filled(3, 2, 255, 255, 255)) == doctest::Approx(0));
  CHECK_THROWS_AS(psnr(a, filled(1, 2, 0, 0, 0)), Error);
}

TEST_CASE("ssim: 1 for equal pictures, the luminance term for flat ones") {
  const Image a = filled(16, 12, 100, 100, 100), b = filled(16, 12, 120, 120, 120);
  CHECK(ssim(a, a) == doctest::Approx(1));
  const double c1 = 2.55 * 2.55;  // flat: variances vanish and only the means' term is left
  CHECK(ssim(a, b) == doctest::Approx((2 * 100 * 120 + c1) / (100 * 100 + 120 * 120 + c1)).epsilon(1e-9));
  CHECK_THROWS_AS(ssim(filled(10, 30, 0, 0, 0), filled(10, 30, 0, 0, 0)), Error);
}

TEST_CASE("ssim: one window, summed by hand") {
  Image a = Image::make(11, 11, 3), b = a;
  for (int i = 0; i < 11 * 11; ++i)
    for (int c = 0; c < 3; ++c) {
      a.samples8[size_t(3 * i + c)] = uint8_t(i * 37 % 256);
      b.samples8[size_t(3 * i + c)] = uint8_t(i * 91 % 256);
    }
  double weights = 0, ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
  for (int y = 0; y < 11; ++y)
    for (int x = 0; x < 11; ++x) {
      const double w = std::exp(-((y - 5) * (y - 5) + (x - 5) * (x - 5)) / 4.5);
      const double u = a.samples8[size_t(3 * (11 * y + x))], v = b.samples8[size_t(3 * (11 * y + x))];
      weights += w;
      ma += w * u;
      mb += w * v;
      aa += w * u * u;
      bb += w * v * v;
      ab += w * u * v;
    }
  for (double* sum : {&ma, &mb, &aa, &bb, &ab}) *sum /= weights;
  const double c1 = 2.55 * 2.55, c2 = 7.65 * 7.65;
  const double expected = (2 * ma * mb + c1) * (2 * (ab - ma * mb) + c2) /
                          ((ma * ma + mb * mb + c1) * (aa - ma * ma + bb - mb * mb + c2));
  CHECK(ssim(a, b) == doctest::Approx(expected).epsilon(1e-9));
}

TEST_CASE("colorfulness: grey has none, a flat colour only its mean, two colours their spread") {
  CHECK(colorfulness(filled(4, 4, 77, 77, 77)) == doctest::Approx(0));
  // rg = 60, yb = 70 - 20 = 50 everywhere
  CHECK(colorfulness(filled(4, 4, 100, 40, 20)) == doctest::Approx(0.3 * std::hypot(60, 50)));
  // rg = +-100, yb = 50 in both: sigma 100, mean (0, 50)
  CHECK(colorfulness(picture(2, 1, {100, 0, 0, 0, 100, 0})) == doctest::Approx(100 + 0.3 * 50));
}

TEST_CASE("colorfulness: absolute values lose the spread between opposite colours") {
  // rg = +-100, yb = 50 in both: no deviation, means (100, 50)
  CHECK(colorfulness(picture(2, 1, {100, 0, 0, 0, 100, 0}), true) ==
        doctest::Approx(0.3 * std::hypot(100, 50)));
}

TEST_CASE("AuC: errors count from the first threshold that is not below them") {
  Ratio curve;
  CHECK(std::isnan(curve.value()));
  curve += auc(std::vector<float>{0, 0}, std::vector<float>{0, 0});
  CHECK(curve.value() == doctest::Approx(1));
  // Error 5 is within thresholds 5..150: 146 of 151.
  curve += auc(std::vector<float>{3, 0}, std::vector<float>{0, 4});
  CHECK(curve.value() == doctest::Approx((151 + 146) / 302.0));
  // Past every threshold.
  curve += auc(std::vector<float>{151, 0}, std::vector<float>{0, 0});
  CHECK(curve.value() == doctest::Approx((151 + 146) / 453.0));
}

TEST_CASE("AuC: weights, and an error just above a threshold") {
  const Ratio curve =
      auc(std::vector<float>{0, 0, 2.5F, 0}, std::vector<float>{0, 0, 0, 0}, std::vector<float>{1, 3});
  CHECK(curve.value() == doctest::Approx((1 * 151 + 3 * 148) / (4 * 151.0)));
  CHECK_THROWS_AS(auc(std::vector<float>{0, 0}, std::vector<float>{0}), Error);
}

TEST_CASE("ratio: a mean leaves out what is not defined") {
  Ratio mean;
  for (const double figure : {2.0, std::nan(""), 5.0}) mean += in_mean(figure);
  CHECK(mean.value() == 3.5);
}

TEST_CASE("class counts: the figures by hand") {
  //                truth 0: 3 right, 1 as class 1; truth 1: 1 right, 1 as class 2; 255 and class 3: nothing
  const std::vector<uint8_t> truth = {0, 0, 0, 0, 1, 1, 255, 255};
  const std::vector<uint8_t> predicted = {0, 0, 0, 1, 1, 2, 0, 3};
  ClassCounts counts(4);
  counts.add(truth, predicted);
  CHECK(counts.pixels() == 6);
  CHECK(counts.pixel_accuracy() == doctest::Approx(4 / 6.0));
  CHECK(counts.mean_accuracy() == doctest::Approx((3 / 4.0 + 1 / 2.0) / 2));
  const std::vector<double> iou = counts.iou();
  CHECK(iou[0] == doctest::Approx(3 / 4.0));  // 3 / (4 + 3 - 3)
  CHECK(iou[1] == doctest::Approx(1 / 3.0));  // 1 / (2 + 2 - 1)
  CHECK(std::isnan(iou[2]));                  // predicted, but not in the truth
  CHECK(std::isnan(iou[3]));
  CHECK(counts.mean_iou() == doctest::Approx((3 / 4.0 + 1 / 3.0) / 2));
  CHECK(counts.frequency_weighted_iou() == doctest::Approx(4 / 6.0 * 3 / 4.0 + 2 / 6.0 / 3.0));
}

TEST_CASE("class counts: pictures add up, in pixels and not in figures") {
  ClassCounts one(2), other(2), sum;
  one.add(0, 0);
  other.add(std::vector<uint8_t>{0, 0, 1}, std::vector<uint8_t>{1, 1, 1});
  sum += one;
  sum += other;
  sum += ClassCounts();
  CHECK(sum.pixels() == 4);
  CHECK(sum.iou() == std::vector<double>{1 / 3.0, 1 / 3.0});  // 1 / (3 + 1 - 1), 1 / (1 + 3 - 1)
  CHECK_THROWS_AS(sum += ClassCounts(3), Error);
}

TEST_CASE("class counts: nothing labelled gives no figure") {
  ClassCounts counts(2);
  counts.add(std::vector<uint8_t>{255}, std::vector<uint8_t>{1});
  CHECK(std::isnan(counts.pixel_accuracy()));
  CHECK(std::isnan(counts.mean_iou()));
  CHECK(std::isnan(counts.frequency_weighted_iou()));
}
