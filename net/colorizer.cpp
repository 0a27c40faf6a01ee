#include "net/colorizer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/cuda_queueing.h"
#include "core/dispatch.h"
#include "core/error.h"
#include "data/ab_bins.h"
#include "data/color.h"
#include "data/resize.h"
#include "data/samples.h"
#include "kernels/color.h"
#include "kernels/colorize_pixels.h"
#include "kernels/resize.h"
#include "kernels/upsample_labels.h"
#include "layers/add.h"
#include "layers/annealed_mean.h"

namespace huegrad {
namespace {

// The middle of the lightness scale, which the network expects at zero.
constexpr float kLightnessCenter = 50;

int64_t multiple_of_8(double extent) { return std::max<int64_t>(1, std::llround(extent / 8)) * 8; }

void check_range(bool inside, std::string_view what, double value) {
  if (!inside)
    throw Error(ErrorKind::usage, fmt::format("{} {} is out of range", what, value), "",
                "--help tells the ranges");
}

Tensor pinned_copy(const Image& picture) {
  return with_samples(
      [](const auto& samples) {
        const auto bytes = samples.size() * sizeof(samples[0]);
        const Tensor copy = Tensor::pinned({int64_t(bytes)}, DType::uint8);
        std::memcpy(copy.address(), samples.data(), bytes);
        return copy;
      },
      picture);
}

Tensor queue_upload(const Tensor& pinned) {
  const Tensor copy = Tensor::empty(pinned.shape(), pinned.dtype(), {DeviceKind::cuda});
  cuda_context().copy(copy.address(), pinned.address(), pinned.bytes(), CudaCopy::to_device);
  return copy;
}

// CUDA memory for what comes home to an array.
template <class T>
Tensor device_bytes(const std::vector<T>& home) {
  return Tensor::empty({int64_t(home.size() * sizeof(T))}, DType::uint8, {DeviceKind::cuda});
}

// Where the device that computes reads a picture's samples.
template <class Sample>
const Sample* place_of(const std::vector<Sample>& samples, const UploadedPicture& uploaded) {
  return uploaded.samples.defined() ? static_cast<const Sample*>(uploaded.samples.address()) : samples.data();
}

// grid: (height, width, ...) of a prediction.
JointBilateralShape upsampling_shape(const ColorizeOptions& options, const Image& picture,
                                     const Tensor& grid) {
  return {1,
          grid.extent(0),
          grid.extent(1),
          picture.height,
          picture.width,
          2,
          options.jbu_radius,
          options.jbu_sigma_spatial,
          options.jbu_sigma_range};
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

Colorizer::Colorizer(HierarchicalNetwork network, const ColorizeOptions& options)
    : options_(options),
      classes_(network.config().semantics ? network.config().classes : std::vector<std::string>()),
      device_(network.device()),
      plan_(std::move(network), options.storage, options.lean) {
  check_options(options);
  // Scaled centres are as good as scaling their mean.
  centers_ = scale(AbBins::zhang313().centers_on({}), options.saturation).to(device_);
  if (on_cuda()) downloads_ = std::make_unique<CudaQueue>(cuda_context());
}

std::unique_lock<std::mutex> Colorizer::queueing() const {
  return on_cuda() ? std::unique_lock(cuda_queueing()) : std::unique_lock<std::mutex>();
}

NetworkInput Colorizer::prepare(const Image& picture) const {
  const NetworkExtent extent = network_extent(options_.working_size, picture.height, picture.width);
  const ResizeShape shape = {picture.height, picture.width, extent.height, extent.width};
  NetworkInput input;
  if (on_cuda()) input.picture.pinned = pinned_copy(picture);
  const auto lock = queueing();
  if (on_cuda()) input.picture.samples = queue_upload(input.picture.pinned);
  input.lightness = Tensor::empty({1, extent.height, extent.width, 1}, DType::float32, device_);
  const Tensor plane = Tensor::empty({picture.pixels()}, DType::float32, device_);
  with_samples(
      [&](const auto& samples) {
        dispatch_full_precision(plane, [&](auto backend, auto) {
          picture_lightness(backend, picture.pixels(), picture.channels, place_of(samples, input.picture),
                            kLightnessCenter, plane.data<float>());
          resize(backend, shape, plane.data<float>(), input.lightness.data<float>());
        });
      },
      picture);
  return input;
}

Tensor Colorizer::batch(std::span<const NetworkInput> inputs) const {
  const NetworkInput& first = inputs.front();
  if (inputs.size() == 1) return first.lightness;
  const Tensor batch =
      Tensor::empty({int64_t(inputs.size()), first.height(), first.width(), 1}, DType::float32, device_);
  for (size_t i = 0; i < inputs.size(); ++i) {
    check(inputs[i].height() == first.height() && inputs[i].width() == first.width(), "colorizer",
          "a batch holds pictures of one size, got {}x{} and {}x{}", first.height(), first.width(),
          inputs[i].height(), inputs[i].width());
    batch.narrow(int64_t(i), 1).copy_from(inputs[i].lightness);
  }
  return batch;
}

std::vector<Prediction> Colorizer::predict(std::span<const NetworkInput> inputs) {
  if (inputs.empty()) return {};
  const std::lock_guard plan_lock(plan_mutex_);
  const auto lock = queueing();
  const HierarchicalNetwork::Output output = plan_.run(batch(inputs));
  // The plan writes to the same logits the next time.
  const auto kept = [](const Tensor& logits) { return logits.defined() ? logits.clone() : Tensor(); };
  const Tensor color = kept(output.color_logits), semantic = kept(output.semantic_logits);
  const auto entry = [](const Tensor& tensor, int64_t i) {
    if (!tensor.defined()) return Tensor();
    return tensor.narrow(i, 1).reshape({tensor.extent(1), tensor.extent(2), tensor.extent(3)});
  };
  std::vector<Prediction> predictions;
  for (int64_t i = 0; i < int64_t(inputs.size()); ++i)
    predictions.push_back({entry(color, i), entry(semantic, i), inputs[size_t(i)].picture});
  return predictions;
}

void Colorizer::fetch(std::unique_lock<std::mutex> lock, const Tensor& from, void* to) const {
  const Tensor pinned = Tensor::pinned(from.shape(), from.dtype());
  CudaEvent computed(cuda_context()), copied(cuda_context());
  computed.record();
  downloads_->wait(computed);
  downloads_->copy(pinned.address(), from.address(), from.bytes(), CudaCopy::to_host);
  copied.record(*downloads_);
  lock.unlock();
  copied.synchronize();
  std::memcpy(to, pinned.address(), size_t(from.bytes()));
}

Tensor Colorizer::colors(const Prediction& prediction) const {
  auto lock = queueing();
  const Tensor ab = annealed_mean(prediction.color_logits, centers_, options_.temperature);
  if (!on_cuda()) return ab;
  const Tensor home = Tensor::empty(ab.shape());
  fetch(std::move(lock), ab, home.address());
  return home;
}

std::vector<float> Colorizer::upsample(const Image& picture, const Tensor& colors,
                                       Upsampling upsampling) const {
  const JointBilateralShape shape = upsampling_shape(options_, picture, colors);
  const auto* low = colors.data<float>();
  std::vector<float> ab(size_t(shape.output_size()));
  switch (upsampling) {
    case Upsampling::bilinear:
      upsample_forward(Cpu{}, shape.bilinear(), low, ab.data());
      break;
    case Upsampling::bicubic:
      ab = resize(colors.values<float>(), shape.low_height, shape.low_width, 2, picture.height, picture.width,
                  ResizeFilter::cubic);
      break;
    case Upsampling::jbu:
      joint_bilateral_upsample_forward(Cpu{}, shape, low, grey_levels(lightness(picture)).data(), ab.data());
      break;
  }
  return ab;
}

Image Colorizer::compose(const Image& picture, const Prediction& prediction) const {
  check(!on_cuda() || prediction.picture.samples.size() == picture.sample_count() * picture.bit_depth / 8,
        "colorizer", "the prediction is of another picture");
  const ColorizePixelsShape shape = {upsampling_shape(options_, picture, prediction.color_logits),
                                     picture.channels, options_.jbu, centers_.extent(0),
                                     options_.temperature};
  Image result = Image::make(picture.width, picture.height, shape.out_channels(), picture.bit_depth);
  const auto* centers = centers_.data<float>();
  with_samples(
      [&](const auto& samples, auto& colored) {
        using Sample = std::decay_t<decltype(colored[0])>;
        const Sample* from = place_of(samples, prediction.picture);
        dispatch(prediction.color_logits, [&](auto backend, auto real) {
          using Logit = std::conditional_t<std::is_same_v<decltype(real), double>, float, decltype(real)>;
          const auto* logits = prediction.color_logits.data<Logit>();
          if constexpr (std::is_same_v<decltype(backend), Cuda>) {
            auto lock = queueing();
            const Tensor out = device_bytes(colored);
            colorize_pixels(backend, shape, logits, centers, from, static_cast<Sample*>(out.address()));
            fetch(std::move(lock), out, colored.data());
          } else {
            colorize_pixels(backend, shape, logits, centers, from, colored.data());
          }
        });
      },
      picture, result);
  return result;
}

LabelMap Colorizer::labels(const Prediction& prediction, int64_t height, int64_t width) const {
  const auto classes = int64_t(classes_.size());
  check(classes > 0 && classes <= 255, "labels", "the model has no semantic branch, or {} > 255 classes",
        classes);
  const UpsampleShape shape = {1, prediction.height(), prediction.width(), height, width, classes};
  LabelMap map{width, height, std::vector<uint8_t>(size_t(width * height))};
  dispatch(prediction.semantic_logits, [&](auto backend, auto real) {
    const auto* logits = prediction.semantic_logits.data<decltype(real)>();
    if constexpr (std::is_same_v<decltype(backend), Cuda>) {
      auto lock = queueing();
      const Tensor out = device_bytes(map.labels);
      upsample_labels(backend, shape, logits, out.data<uint8_t>());
      fetch(std::move(lock), out, map.labels.data());
    } else {
      upsample_labels(backend, shape, logits, map.labels.data());
    }
  });
  return map;
}

Image Colorizer::colorize(const Image& picture) {
  const NetworkInput input = prepare(picture);
  return compose(picture, predict({&input, 1}).front());
}

}  // namespace huegrad
