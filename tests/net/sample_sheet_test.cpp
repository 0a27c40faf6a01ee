#include "net/sample_sheet.h"

#include <doctest/doctest.h>

#include <array>

#include "data/label_map.h"

namespace huegrad {
namespace {

using Rgb = std::array<uint8_t, 3>;

// Two pictures of 8 x 8, so a grid of 2 x 2. The first is dark on its left and light on its right, and so are
// its colours; the second has one lightness and one colour. Classes 0 1 2 none | all none.
SamplePictures make_pictures() {
  SamplePictures pictures;
  pictures.lightness = Tensor::full({2, 8, 8, 1}, 10);
  for (int64_t i = 0; i < 64; ++i) pictures.lightness.data<float>()[i] = i % 8 < 4 ? -20 : 20;
  pictures.true_ab = Tensor::from(
      std::vector<float>{40, 30, -40, 30, 40, 30, -40, 30, 0, 50, 0, 50, 0, 50, 0, 50}, {2, 2, 2, 2});
  pictures.predicted_ab = pictures.true_ab;
  pictures.semantic_logits = Tensor::zeros({2, 2, 2, 3});
  for (int64_t cell = 0; cell < 4; ++cell)
    pictures.semantic_logits.data<float>()[cell * 3 + cell % 3] = 1;  // classes 0 1 2 0
  pictures.labels = Tensor::from(std::vector<int32_t>{0, 1, 2, 255, 255, 255, 255, 255}, {2, 2, 2});
  return pictures;
}

// Pixel (y, x) of a tile of the first picture.
Rgb pixel(const SampleSheet& sheet, int64_t column, int64_t y, int64_t x) {
  const uint8_t* p = &sheet.image.samples8[size_t((y * sheet.image.width + column * 8 + x) * 3)];
  return {p[0], p[1], p[2]};
}

bool is_grey(const Rgb& rgb) { return rgb[0] == rgb[1] && rgb[1] == rgb[2]; }

}  // namespace

TEST_CASE("sample sheet: without semantics it shows grey, predicted and true colours") {
  SamplePictures pictures = make_pictures();
  pictures.semantic_logits = {};
  const SampleSheet sheet = sample_sheet(pictures);
  CHECK(sheet.columns ==
        std::vector<std::string>{"grey", "predicted, bilinear", "predicted, joint bilateral", "truth"});
  CHECK(sheet.image.width == 32);
  CHECK(sheet.image.height == 16);
  CHECK(is_grey(pixel(sheet, 0, 0, 0)));
  CHECK(pixel(sheet, 0, 0, 0)[0] < pixel(sheet, 0, 0, 7)[0]);
  for (int64_t column = 1; column < 4; ++column) CHECK_FALSE(is_grey(pixel(sheet, column, 0, 0)));
  CHECK(pixel(sheet, 1, 3, 3) == pixel(sheet, 3, 3, 3));  // bilinear, and predicted as in truth
}

TEST_CASE("sample sheet: joint bilateral upsampling keeps the picture's edges, bilinear does not") {
  const SampleSheet sheet = sample_sheet(make_pictures());
  // Beside the edge, red of the left half: mixed with the right half's green when bilinear.
  CHECK(pixel(sheet, 2, 4, 3) == pixel(sheet, 2, 4, 0));
  CHECK(pixel(sheet, 1, 4, 3)[0] < pixel(sheet, 1, 4, 0)[0]);
}

TEST_CASE("sample sheet: labels are in the palette of PASCAL VOC") {
  SamplePictures pictures = make_pictures();
  const SampleSheet sheet = sample_sheet(pictures);
  REQUIRE(sheet.columns.size() == 6);
  CHECK(sheet.columns[4] == "predicted labels");
  CHECK(sheet.columns[5] == "true labels");
  CHECK(pixel(sheet, 4, 0, 7) == voc_color(1));
  CHECK(pixel(sheet, 4, 7, 7) == voc_color(0));
  CHECK(pixel(sheet, 5, 3, 4) == voc_color(1));
  CHECK(pixel(sheet, 5, 4, 3) == voc_color(2));
  CHECK(pixel(sheet, 5, 7, 7) == voc_color(kIgnoreLabel));

  pictures.labels = Tensor::full({2, 2, 2}, 255, DType::int32);
  CHECK(sample_sheet(pictures).columns.size() == 5);  // nothing is labelled
}

}  // namespace huegrad
