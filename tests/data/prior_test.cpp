#include "data/prior.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "core/error.h"
#include "data/class_weights.h"
#include "tests/support/compare.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

std::vector<double> imagenet_prior() {
  std::ifstream file(HUEGRAD_SOURCE_DIR "/tests/data/ab_prior_313.txt");
  std::vector<double> prior;
  for (double value; file >> value;) prior.push_back(value);
  return prior;
}

std::filesystem::path temporary(const std::string& name) {
  return std::filesystem::temp_directory_path() / name;
}

void write_text(const std::filesystem::path& path, const std::string& text) { std::ofstream(path) << text; }

}  // namespace

TEST_CASE("prior: rebalancing weights of the published ImageNet prior") {
  const auto prior = imagenet_prior();
  REQUIRE(prior.size() == 313);
  auto weights = rebalance_weights(prior);
  double expectation = 0;
  for (size_t i = 0; i < prior.size(); ++i) expectation += prior[i] * double(weights[i]);
  CHECK(expectation == doctest::Approx(1).epsilon(1e-6));
  CHECK(std::ranges::min(weights) == doctest::Approx(0.0965).epsilon(1e-3));
  CHECK(std::ranges::max(weights) == doctest::Approx(6.1749).epsilon(1e-5));
  CHECK(std::ranges::min_element(weights) - weights.begin() == AbBins::zhang313().nearest(0, 0));
  CHECK(std::accumulate(weights.begin(), weights.end(), 0.0) / 313 == doctest::Approx(5.175).epsilon(1e-3));
  std::ranges::sort(weights);
  CHECK(weights[156] == doctest::Approx(5.999).epsilon(1e-3));
}

TEST_CASE("prior: weights without rebalancing are one, and bins that never occur do no harm") {
  std::vector<double> prior(313, 0);
  prior[3] = 0.75;
  prior[7] = 0.25;
  for (const float w : rebalance_weights(prior, 1)) CHECK(w == doctest::Approx(1));
  for (const float w : rebalance_weights(prior, 0.5, 0)) CHECK(w == doctest::Approx(1));
  const auto weights = rebalance_weights(prior, 0);  // pure inverse frequency
  CHECK(weights[7] == doctest::Approx(3 * weights[3]));
  CHECK(weights[0] == 0);
}

TEST_CASE("prior: the mean of soft encodings, in one piece or merged") {
  const auto colors = random_values<float>(2 * 1000, 1, -80, 80);
  PriorAccumulator whole, first, second;
  whole.add(colors);
  first.add(std::span(colors).first(2 * 300));
  second.add(std::span(colors).subspan(2 * 300));
  first.merge(second);
  CHECK(first.colors() == 1000);
  const auto prior = whole.prior(), merged = first.prior();
  CHECK(std::accumulate(prior.begin(), prior.end(), 0.0) == doctest::Approx(1));
  CHECK(relative_error(merged, prior) < 1e-12);

  PriorAccumulator single(AbBins::zhang313(), 5);
  single.add(std::vector<float>{3, 4});
  CHECK(std::abs(single.prior()[size_t(AbBins::zhang313().nearest(0, 0))] - 0.4062) < 6e-5);
  CHECK_THROWS_AS(PriorAccumulator().prior(), Error);
}

TEST_CASE("prior: survives a file, and other files are refused") {
  const auto path = temporary("huegrad_prior_test.json");
  const auto prior = imagenet_prior();
  write_prior(path, prior);
  CHECK(relative_error(read_prior(path), prior) < 1e-8);
  for (const char* text : {"", "{}", "[1, 2]", "{\"format\": \"huegrad prior\", \"version\": 2}",
                           "{\"format\": \"huegrad prior\", \"version\": 1, \"prior\": [1, 2]}",
                           "{\"format\": \"huegrad prior\", \"version\": 1, \"prior\": 3}"}) {
    CAPTURE(text);
    write_text(path, text);
    CHECK_THROWS_AS(read_prior(path), Error);
  }
  auto negative = prior;
  negative[5] = -1;
  write_prior(path, negative);
  CHECK_THROWS_AS(read_prior(path), Error);
  write_prior(path, std::vector<double>(313, 0));
  CHECK_THROWS_AS(read_prior(path), Error);
  std::filesystem::remove(path);
}

TEST_CASE("class_weights: counted from label maps, 255 left out") {
  ClassFrequencies f(3);
  f.add({.width = 5, .height = 2, .labels = {0, 0, 0, 0, 0, 0, 1, 1, 255, 255}});  // 6 and 2 of 8
  f.add({.width = 2, .height = 2, .labels = {0, 0, 0, 255}});                      // 3 of 3
  CHECK(f.pixels == std::vector<int64_t>{9, 2, 0});
  CHECK(f.image_pixels == std::vector<int64_t>{11, 8, 0});
  const auto median = median_frequency_weights(f);  // shares 9/11 and 1/4, median 47/88
  CHECK(median[0] == doctest::Approx(47.0 / 88 / (9.0 / 11)));
  CHECK(median[1] == doctest::Approx(47.0 / 22));
  CHECK(median[2] == 0);
  const auto enet = enet_weights(f);
  CHECK(enet[0] == doctest::Approx(1 / std::log(1.02 + 9.0 / 11)));
  CHECK(enet[2] == doctest::Approx(1 / std::log(1.02)));  // 50.5: ENet's upper bound
}
