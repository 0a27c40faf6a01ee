// Every figure of merit beside what scikit-image, SciPy, PyTorch and NumPy make of the same pictures and
// labels: tests/data/metrics_oracle.json, written by tests/oracle/metrics.py, which says how the inputs are
// made.
#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/files.h"
#include "data/ab_bins.h"
#include "data/color.h"
#include "data/prior.h"
#include "data/resize.h"
#include "kernels/random.h"
#include "net/bootstrap.h"
#include "net/chroma_edges.h"
#include "net/color_divergence.h"
#include "net/metrics.h"
#include "tests/support/source.h"

using namespace huegrad;

namespace {

constexpr uint64_t kSeed = 7;
constexpr int64_t kClasses = 6;
constexpr double kTolerance = 2e-5;  // absolute, for figures of about 1

const nlohmann::json& oracle() {
  static const nlohmann::json json = read_json(test::source_folder() / "tests/data/metrics_oracle.json");
  return json;
}

double uniform(uint64_t stream, int64_t i, double low, double high) {
  return philox(kSeed, stream, uint64_t(i))[0] / 0x1p32 * (high - low) + low;
}

template <class F>
Image changed(const Image& picture, const F& sample) {
  Image result = picture;
  for (int64_t y = 0; y < picture.height; ++y)
    for (int64_t x = 0; x < picture.width; ++x)
      for (int64_t c = 0; c < 3; ++c) {
        const int64_t i = 3 * (y * picture.width + x);
        result.samples8[size_t(i + c)] = uint8_t(sample(&picture.samples8[size_t(i)], y, x, c));
      }
  return result;
}

Image distorted(const Image& picture) {
  return changed(picture, [](const uint8_t* p, int64_t y, int64_t x, int64_t c) {
    return std::min<int64_t>(255, (3 * p[c] + p[(c + 1) % 3] + (7 * x + 13 * y + 5 * c) % 32) / 4);
  });
}

Image grey(const Image& picture) {
  return changed(picture,
                 [](const uint8_t* p, int64_t, int64_t, int64_t) { return (p[0] + p[1] + p[2]) / 3; });
}

int64_t class_at(int64_t y, int64_t x) { return ((x + y / 7 % 5) / 40 + 2 * (y / 30)) % kClasses; }

struct Labels {
  explicit Labels(const Image& picture) : truth{picture.width, picture.height, {}} {
    for (int64_t y = 0; y < picture.height; ++y)
      for (int64_t x = 0; x < picture.width; ++x) {
        const bool ignored = (x + y / 7 % 5) % 40 < 3 * (y / 50) % 13;
        truth.labels.push_back(ignored ? kIgnoreLabel : uint8_t(class_at(y, x)));
        predicted.push_back(uint8_t((class_at(y + 3, x + 5) + (x * y % 11 == 0)) % kClasses));
      }
  }
  LabelMap truth;
  std::vector<uint8_t> predicted;
};

struct Planes {
  explicit Planes(const Image& picture) {
    const std::vector<float> values = lab(picture);
    for (size_t i = 0; i < values.size(); i += 3) {
      lightness.push_back(values[i]);
      ab.insert(ab.end(), {values[i + 1], values[i + 2]});
    }
  }
  std::vector<float> lightness, ab;
};

// The prior that Zhang et al. published.
std::vector<double> prior() {
  std::ifstream file(test::source_folder() / "tests/data/ab_prior_313.txt");
  return {std::istream_iterator<double>(file), {}};
}

void check_figure(const nlohmann::json& expected, const char* name, double actual) {
  CAPTURE(name);
  const auto value = expected.at(name).get<double>();
  CHECK(std::abs(actual - value) < kTolerance * std::max(1.0, std::abs(value)));
}

void check_pair(const nlohmann::json& expected, const Image& picture, const Image& other) {
  const Planes truth(picture), planes(other);
  const std::vector<float> reciprocal = rebalance_weights(prior(), 0, 1);
  std::vector<float> weight;
  for (size_t i = 0; i < truth.ab.size(); i += 2)
    weight.push_back(reciprocal[size_t(AbBins::zhang313().nearest(truth.ab[i], truth.ab[i + 1]))]);
  check_figure(expected, "psnr", psnr(picture, other));
  check_figure(expected, "ssim", ssim(picture, other));
  check_figure(expected, "colorfulness", colorfulness(other));
  check_figure(expected, "absolute_colorfulness", colorfulness(other, true));
  check_figure(expected, "auc", auc(planes.ab, truth.ab).value());
  check_figure(expected, "balanced_auc", auc(planes.ab, truth.ab, weight).value());
}

// Of the picture's corner, and logits out of Philox.
void check_divergence(const nlohmann::json& expected, const Image& picture) {
  constexpr int64_t kHeight = 192, kWidth = 256;
  Image corner = Image::make(kWidth, kHeight, 3);
  for (int64_t y = 0; y < kHeight; ++y)
    std::copy_n(&picture.samples8[size_t(3 * y * picture.width)], 3 * kWidth,
                &corner.samples8[size_t(3 * y * kWidth)]);
  const Batch targets = color_targets(corner, kHeight, kWidth, rebalance_weights(prior()));
  const Tensor logits = Tensor::empty({1, kHeight / 4, kWidth / 4, 313});
  for (int64_t i = 0; i < logits.size(); ++i) logits.data<float>()[i] = float(uniform(1, i, -3, 3));
  const ColorDivergence sums = color_divergence(logits, targets);
  check_figure(expected, "cross_entropy", sums.cross_entropy / sums.pixels);
  check_figure(expected, "kl", sums.kl().value());
  check_figure(expected, "balanced_kl", sums.balanced_kl().value());
}

}  // namespace

TEST_CASE("oracle: PSNR, SSIM, colourfulness, AuC and KL of photographs") {
  for (const nlohmann::json& expected : oracle().at("photographs")) {
    CAPTURE(expected.at("name").get<std::string>());
    const Image picture =
        read_image(test::source_folder() / "data/demo" / expected.at("name").get<std::string>());
    REQUIRE(std::accumulate(picture.samples8.begin(), picture.samples8.end(), int64_t(0)) ==
            expected.at("samples"));
    check_pair(expected.at("distorted"), picture, distorted(picture));
    check_pair(expected.at("grey"), picture, grey(picture));
    check_divergence(expected.at("divergence"), picture);
  }
}

TEST_CASE("oracle: labels, and edges of colours") {
  for (const nlohmann::json& expected : oracle().at("photographs")) {
    CAPTURE(expected.at("name").get<std::string>());
    const Image picture =
        read_image(test::source_folder() / "data/demo" / expected.at("name").get<std::string>());
    const Labels labels(picture);
    ClassCounts counts(kClasses);
    counts.add(labels.truth.labels, labels.predicted);
    const nlohmann::json& segmentation = expected.at("segmentation");
    check_figure(segmentation, "mean_iou", counts.mean_iou());
    check_figure(segmentation, "mean_accuracy", counts.mean_accuracy());
    check_figure(segmentation, "pixel_accuracy", counts.pixel_accuracy());
    check_figure(segmentation, "frequency_weighted_iou", counts.frequency_weighted_iou());

    const Planes original(picture), other(distorted(picture));
    const auto alignment = [&](const std::vector<float>& ab) {
      return edge_alignment(ab, original.lightness, picture.height, picture.width);
    };
    check_figure(expected, "edge_alignment", alignment(other.ab));
    check_figure(expected, "original_edge_alignment", alignment(original.ab));
    const Ratio kept = kept_contrast(other.ab, labels.truth);
    check_figure(expected.at("kept_contrast"), "near", kept.above);
    check_figure(expected.at("kept_contrast"), "far", kept.below);
  }
}

TEST_CASE("oracle: bicubic upsampling") {
  const nlohmann::json& expected = oracle().at("bicubic");
  const auto extent = [&](const char* name, int axis) { return expected.at(name).at(axis).get<int64_t>(); };
  std::vector<float> low;
  for (int64_t i = 0; i < extent("low", 0) * extent("low", 1) * 2; ++i)
    low.push_back(float(uniform(2, i, -50, 50)));
  const std::vector<float> high = resize(low, extent("low", 0), extent("low", 1), 2, extent("high", 0),
                                         extent("high", 1), ResizeFilter::cubic);
  const auto values = expected.at("values").get<std::vector<double>>();
  REQUIRE(high.size() == values.size());
  double worst = 0;
  for (size_t i = 0; i < high.size(); ++i) worst = std::max(worst, std::abs(double(high[i]) - values[i]));
  CHECK(worst < 1e-4);  // of 50
}

TEST_CASE("oracle: bootstrap intervals") {
  const nlohmann::json& expected = oracle().at("bootstrap");
  std::vector<Ratio> pictures;
  for (int64_t i = 0; i < expected.at("pictures"); ++i)
    pictures.push_back({uniform(3, i, 0, 1), uniform(4, i, 1, 2)});
  const auto figures = bootstrap(pictures, [](const Ratio& sum) { return std::vector<double>{sum.value()}; },
                                 {.resamples = expected.at("resamples").get<int64_t>(), .seed = kSeed});
  CHECK(figures[0].value == doctest::Approx(expected.at("value").get<double>()).epsilon(1e-12));
  CHECK(figures[0].interval().low ==
        doctest::Approx(expected.at("interval").at(0).get<double>()).epsilon(1e-12));
  CHECK(figures[0].interval().high ==
        doctest::Approx(expected.at("interval").at(1).get<double>()).epsilon(1e-12));
}
