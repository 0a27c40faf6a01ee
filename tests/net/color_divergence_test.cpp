#include "net/color_divergence.h"

#include <doctest/doctest.h>

#include <cmath>

#include "data/loader.h"
#include "tests/support/command.h"
#include "tests/support/compare.h"
#include "tests/support/demo_pack.h"

using namespace huegrad;

namespace {

std::vector<float> weights() { return test::random_values<float>(313, 8, 0.1, 5); }

}  // namespace

TEST_CASE("color targets: of a square picture as training makes them") {
  const test::TemporaryFolder folder;
  const auto pack = std::make_shared<const Pack>(test::make_demo_pack(folder / "demo.pack"));
  LoaderOptions options{.batch_size = 1, .crop = 48, .augment = false, .squash = true};
  options.rebalance_weights = weights();
  Loader loader({{pack}}, options);
  for (const int64_t i : {0, 4}) {
    const Batch expected = loader.batch(i);
    const PackPicture packed = pack->picture(i);
    Image picture = Image::make(packed.width, packed.height, 3);
    picture.samples8.assign(packed.pixels.begin(), packed.pixels.end());
    const Batch batch = color_targets(picture, 48, 48, options.rebalance_weights);
    CHECK(batch.color_index.shape() == expected.color_index.shape());
    CHECK(batch.color_index.values<int32_t>() == expected.color_index.values<int32_t>());
    for (const auto part : {&Batch::ab, &Batch::color_weight, &Batch::color_entropy, &Batch::color_rarity})
      CHECK(test::relative_error((batch.*part).values<float>(), (expected.*part).values<float>()) < 1e-6);
  }
}

TEST_CASE("color targets: rectangles keep their shape, and a grey picture weighs nothing") {
  Image picture = Image::make(20, 30, 3);
  const Batch grey = color_targets(picture, 32, 24, weights());
  CHECK(grey.color_entropy.shape() == Shape{1, 8, 6});
  for (const float rarity : grey.color_rarity.values<float>()) CHECK(rarity == 0);
  for (int64_t y = 0; y < 15; ++y)  // red above, black below
    for (int64_t x = 0; x < 20; ++x) picture.samples8[size_t(3 * (20 * y + x))] = 200;
  const Batch red = color_targets(picture, 32, 24, weights());
  CHECK(red.ab.values<float>()[0] > 40);
  CHECK(std::abs(red.ab.values<float>()[size_t(red.ab.size() - 1)]) < 1);
  for (const float rarity : red.color_rarity.values<float>()) CHECK(rarity > 0);
}

TEST_CASE("color divergence: 0 for the targets themselves, the bins' number for no idea, and it adds up") {
  Image picture = Image::make(16, 16, 3);
  picture.samples8 = test::random_values<uint8_t>(16 * 16 * 3, 2, 0, 256);
  const Batch batch = color_targets(picture, 16, 16, weights());
  const Tensor flat = Tensor::zeros({1, 4, 4, 313}), exact = Tensor::full({1, 4, 4, 313}, -60);
  for (int64_t i = 0; i < batch.color_index.size(); ++i)
    exact.data<float>()[i / 10 * 313 + batch.color_index.data<int32_t>()[i]] =
        std::log(batch.color_weight.data<float>()[i]);
  ColorDivergence sums = color_divergence(exact, batch);
  CHECK(std::abs(sums.kl().value()) < 1e-5);
  CHECK(std::abs(sums.balanced_kl().value()) < 1e-5);
  const ColorDivergence none = color_divergence(flat, batch);
  CHECK(none.cross_entropy == doctest::Approx(16 * std::log(313.0)));
  CHECK(none.balanced_cross_entropy / none.rarity == doctest::Approx(std::log(313.0)));
  sums += none;
  CHECK(sums.pixels == 32);
  CHECK(sums.kl().value() == doctest::Approx(none.kl().value() / 2).epsilon(1e-4));
}
