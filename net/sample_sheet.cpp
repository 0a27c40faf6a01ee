#include "net/sample_sheet.h"

#include <algorithm>
#include <cmath>

#include "core/autograd.h"
#include "data/color.h"
#include "data/label_map.h"
#include "data/resize.h"
#include "kernels/color.h"
#include "kernels/upsample_labels.h"
#include "layers/joint_bilateral_upsample.h"
#include "layers/upsample.h"

namespace huegrad {
namespace {

using Bytes = std::vector<uint8_t>;

struct Column {
  std::string title;
  Bytes rgb;  // (N, H, W, 3)
};

std::vector<float> true_lightness(const Tensor& centered) {
  std::vector<float> lightness = centered.values<float>();
  for (float& value : lightness) value = std::clamp(value + 50, 0.0f, 100.0f);
  return lightness;
}

// ab (N, H, W, 2)
Bytes colored(const std::vector<float>& lightness, const Tensor& ab) {
  std::vector<float> lab(lightness.size() * 3), rgb(lab.size());
  for (size_t i = 0; i < lightness.size(); ++i) {
    lab[3 * i] = lightness[i];
    lab[3 * i + 1] = ab.data<float>()[2 * i];
    lab[3 * i + 2] = ab.data<float>()[2 * i + 1];
  }
  lab_to_srgb(Cpu{}, int64_t(lightness.size()), lab.data(), rgb.data());
  Bytes bytes(rgb.size());
  std::ranges::transform(rgb, bytes.begin(), [](float level) { return uint8_t(std::lround(level * 255)); });
  return bytes;
}

Bytes in_palette(const Bytes& labels) {
  Bytes rgb;
  for (const uint8_t label : labels)
    for (const uint8_t level : voc_color(label)) rgb.push_back(level);
  return rgb;
}

Bytes likeliest(const Tensor& logits, int64_t height, int64_t width) {
  const UpsampleShape shape = {logits.extent(0), logits.extent(1), logits.extent(2), height, width,
                               logits.extent(3)};
  Bytes labels(size_t(shape.batch * height * width));
  upsample_labels(Cpu{}, shape, logits.data<float>(), labels.data());
  return labels;
}

// Each label of the grid fills its cell.
Bytes enlarged(const Tensor& labels, int64_t height, int64_t width) {
  const int64_t rows = labels.extent(1), columns = labels.extent(2);
  const int32_t* label = labels.data<int32_t>();
  Bytes result;
  for (int64_t n = 0; n < labels.extent(0); ++n, label += rows * columns) {
    const LabelMap map = resize_nearest({columns, rows, Bytes(label, label + rows * columns)}, width, height);
    result.insert(result.end(), map.labels.begin(), map.labels.end());
  }
  return result;
}

bool any_labelled(const Tensor& labels) {
  return std::ranges::any_of(labels.values<int32_t>(), [](int32_t label) { return label != kIgnoreLabel; });
}

std::vector<Column> color_columns(const SamplePictures& pictures) {
  const int64_t n = pictures.lightness.extent(0), height = pictures.lightness.extent(1),
                width = pictures.lightness.extent(2);
  const std::vector<float> lightness = true_lightness(pictures.lightness);
  const Tensor guide = Tensor::from(grey_levels(lightness), {n, height, width});
  return {{"grey", colored(lightness, Tensor::zeros({n, height, width, 2}))},
          {"predicted, bilinear", colored(lightness, upsample(pictures.predicted_ab, height, width))},
          {"predicted, joint bilateral",
           colored(lightness, joint_bilateral_upsample(pictures.predicted_ab, guide))},
          {"truth", colored(lightness, upsample(pictures.true_ab, height, width))}};
}

void paste(const Bytes& rgb, int64_t width, int64_t left, Image& sheet) {
  for (int64_t row = 0; row < sheet.height; ++row)
    std::copy_n(rgb.begin() + row * width * 3, width * 3,
                sheet.samples8.begin() + (row * sheet.width + left) * 3);
}

}  // namespace

SampleSheet sample_sheet(const SamplePictures& pictures) {
  const NoGradient no_gradient;
  const int64_t height = pictures.lightness.extent(1), width = pictures.lightness.extent(2);
  std::vector<Column> columns = color_columns(pictures);
  if (pictures.semantic_logits.defined()) {
    columns.push_back({"predicted labels", in_palette(likeliest(pictures.semantic_logits, height, width))});
    if (any_labelled(pictures.labels))
      columns.push_back({"true labels", in_palette(enlarged(pictures.labels, height, width))});
  }
  SampleSheet sheet;
  sheet.image = Image::make(int64_t(columns.size()) * width, pictures.lightness.extent(0) * height, 3);
  for (const Column& column : columns) {
    paste(column.rgb, width, int64_t(sheet.columns.size()) * width, sheet.image);
    sheet.columns.push_back(column.title);
  }
  return sheet;
}

}  // namespace huegrad
