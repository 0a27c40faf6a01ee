#include "net/colorizer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/cuda_device.h"
#include "core/error.h"
#include "data/ab_bins.h"
#include "data/color.h"
#include "data/resize.h"
#include "kernels/colorize_pixels.h"
#include "kernels/joint_bilateral_upsample.h"
#include "kernels/parallel.h"
#include "kernels/upsample.h"
#include "kernels/upsample_taps.h"
#include "layers/annealed_mean.h"

namespace huegrad {
namespace {

// The middle of the lightness scale, which the network expects at zero.
constexpr float kLightnessCenter = 50;

int64_t multiple_of_8(double extent) { return std::max<int64_t>(1, std::llround(extent / 8)) * 8; }

void check_range(bool inside, std::string_view what, double value) {
  if (!inside)
    throw Error(ErrorKind::usage, fmt::format("{} {} is out of range", what, value), "",
                "'huegrad colorize --help' tells the ranges");
}

}  // namespace

void check_options(const ColorizeOptions& options) {
  const WorkingSize& working = options.working_size;
  const bool is_native = working.fit == WorkingSize::Fit::native;
  check_range(is_native || (working.size >= 8 && working.size <= 8192), "size", double(working.size));
  check_range(options.temperature >= 0.01 && options.temperature <= 100, "temperature", options.temperature);
  check_range(options.jbu_radius >= 0 && options.jbu_radius <= 64, "JBU radius", double(options.jbu_radius));
  check_range(options.jbu_sigma_spatial > 0 && options.jbu_sigma_spatial <= 1000, "JBU sigma",
              options.jbu_sigma_spatial);
  check_range(options.jbu_sigma_range > 0 && options.jbu_sigma_range <= 1e6, "JBU sigma",
              options.jbu_sigma_range);
  check_range(options.saturation >= 0 && options.saturation <= 10, "saturation", options.saturation);
}

NetworkExtent network_extent(const WorkingSize& working_size, int64_t height, int64_t width) {
  const auto up = [](int64_t extent) { return (extent + 7) / 8 * 8; };
  switch (working_size.fit) {
    case WorkingSize::Fit::native:
      return {up(height), up(width)};
    case WorkingSize::Fit::square:
      return {up(working_size.size), up(working_size.size)};
    case WorkingSize::Fit::shorter_side:
      break;
  }
  const double aspect = std::min(double(Colorizer::kMaxAspect),
                                 double(std::max(height, width)) / double(std::min(height, width)));
  const int64_t shorter = multiple_of_8(double(working_size.size));
  const int64_t longer = multiple_of_8(double(working_size.size) * aspect);
  return height < width ? NetworkExtent{shorter, longer} : NetworkExtent{longer, shorter};
}

Colorizer::Colorizer(const HierarchicalNetwork& network, const ColorizeOptions& options)
    : options_(options), device_(network.device()), plan_(network, options.storage) {
  check_options(options);
  const AbBins& bins = AbBins::zhang313();
  centers_ = Tensor::from(std::vector<float>(bins.centers().begin(), bins.centers().end()), {bins.count(), 2},
                          device_);
  if (network.config().semantics) classes_ = network.config().classes;
}

NetworkInput Colorizer::prepare(const Image& picture) const {
  const NetworkExtent extent = network_extent(options_.working_size, picture.height, picture.width);
  NetworkInput input{
      extent.height, extent.width,
      resize(lightness(picture), picture.height, picture.width, 1, extent.height, extent.width)};
  for (float& value : input.lightness) value -= kLightnessCenter;
  return input;
}

std::vector<Prediction> Colorizer::predict(std::span<const NetworkInput> inputs) {
  if (inputs.empty()) return {};
  const NetworkInput& first = inputs.front();
  const int64_t pixels = first.height * first.width;
  const std::lock_guard lock(mutex_);
  const Tensor lightness = Tensor::empty({int64_t(inputs.size()), first.height, first.width, 1});
  for (size_t i = 0; i < inputs.size(); ++i) {
    check(inputs[i].height == first.height && inputs[i].width == first.width, "colorizer",
          "a batch holds pictures of one size, got {}x{} and {}x{}", first.height, first.width,
          inputs[i].height, inputs[i].width);
    std::copy(inputs[i].lightness.begin(), inputs[i].lightness.end(),
              lightness.data<float>() + int64_t(i) * pixels);
  }
  const HierarchicalNetwork::Output output = plan_.run(lightness.to(device_));
  const int64_t count = int64_t(inputs.size());
  const int64_t height = output.color_logits.extent(1), width = output.color_logits.extent(2);
  std::vector<float> ab = annealed_mean(output.color_logits, centers_, options_.temperature).values<float>();
  for (float& value : ab) value *= float(options_.saturation);
  std::vector<float> semantic;
  if (output.semantic_logits.defined()) semantic = output.semantic_logits.to(DType::float32).values<float>();

  // Entry i of `count` equal ones.
  const auto entry = [count](const std::vector<float>& values, int64_t i) {
    const int64_t size = int64_t(values.size()) / count;
    return std::vector<float>(values.begin() + i * size, values.begin() + (i + 1) * size);
  };
  std::vector<Prediction> predictions;
  for (int64_t i = 0; i < count; ++i)
    predictions.push_back({height, width, int64_t(classes_.size()), entry(ab, i), entry(semantic, i)});
  return predictions;
}

std::vector<float> Colorizer::upsample(const Image& picture, const Prediction& prediction, bool jbu) const {
  std::vector<float> ab(size_t(picture.pixels() * 2));
  if (jbu) {
    const std::vector<float> guide = grey_levels(lightness(picture));
    const JointBilateralShape shape = {
        1, prediction.height,   prediction.width,           picture.height,          picture.width,
        2, options_.jbu_radius, options_.jbu_sigma_spatial, options_.jbu_sigma_range};
    joint_bilateral_upsample_forward(Cpu{}, shape, prediction.ab.data(), guide.data(), ab.data());
  } else {
    const UpsampleShape shape = {1, prediction.height, prediction.width, picture.height, picture.width, 2};
    upsample_forward(Cpu{}, shape, prediction.ab.data(), ab.data());
  }
  return ab;
}

Image Colorizer::compose(const Image& picture, const Prediction& prediction) const {
  if (device_.kind == DeviceKind::cuda && options_.jbu && picture.bit_depth == 8)
    return compose_at_once(picture, prediction);
  return huegrad::colorize(picture, upsample(picture, prediction, options_.jbu));
}

Image Colorizer::compose_at_once(const Image& picture, const Prediction& prediction) const {
  const ColorizePixelsShape shape = {
      {1, prediction.height, prediction.width, picture.height, picture.width, 2, options_.jbu_radius,
       options_.jbu_sigma_spatial, options_.jbu_sigma_range},
      picture.channels};
  Image result = Image::make(picture.width, picture.height, shape.out_channels());
  const std::lock_guard lock(mutex_);
  const Tensor ab = Tensor::from(prediction.ab, {prediction.height, prediction.width, 2}, device_);
  const Tensor bytes = Tensor::from(picture.samples8, {int64_t(picture.samples8.size())}, device_);
  const Tensor out = Tensor::empty({result.sample_count()}, DType::uint8, device_);
  colorize_pixels(cuda_backend(), shape, ab.data<float>(), bytes.data<uint8_t>(), out.data<uint8_t>());
  result.samples8 = out.values<uint8_t>();
  return result;
}

Image Colorizer::colorize(const Image& picture) {
  const NetworkInput input = prepare(picture);
  return compose(picture, predict({&input, 1}).front());
}

LabelMap upsample_labels(const Prediction& prediction, int64_t height, int64_t width) {
  const int64_t classes = prediction.classes, row_size = prediction.width * classes;
  check(classes > 0 && classes <= 255, "labels", "the model has no semantic branch, or {} > 255 classes",
        classes);
  LabelMap map{width, height, std::vector<uint8_t>(size_t(width * height))};
  parallel_for(0, height, 16, [&](int64_t first, int64_t last) {
    std::vector<float> row(size_t(row_size), 0);  // logits interpolated vertically
    for (int64_t y = first; y < last; ++y) {
      const UpsampleTaps v = upsample_taps(UpsampleMode::bilinear, prediction.height, height, y);
      const float* low = prediction.semantic_logits.data() + v.low * row_size;
      const float* high = prediction.semantic_logits.data() + v.high * row_size;
      for (int64_t i = 0; i < row_size; ++i) row[size_t(i)] = low[i] + float(v.weight) * (high[i] - low[i]);
      for (int64_t x = 0; x < width; ++x) {
        const UpsampleTaps h = upsample_taps(UpsampleMode::bilinear, prediction.width, width, x);
        const float *left = row.data() + h.low * classes, *right = row.data() + h.high * classes;
        float best = -std::numeric_limits<float>::infinity();
        for (int64_t c = 0; c < classes; ++c) {
          const float logit = left[c] + float(h.weight) * (right[c] - left[c]);
          if (logit <= best) continue;
          best = logit;
          map.labels[size_t(y * width + x)] = uint8_t(c);
        }
      }
    }
  });
  return map;
}

}  // namespace huegrad
