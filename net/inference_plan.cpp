#include "net/inference_plan.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/allocator.h"
#include "core/dispatch.h"
#include "kernels/cast.h"
#include "kernels/conv2d.h"
#include "kernels/conv_transpose2d.h"
#include "kernels/strided_copy.h"
#include "layers/batch_norm.h"

namespace huegrad {
namespace {

constexpr int64_t kAlignment = 16;  // elements: a cache line of floats
constexpr size_t kGraphs = 4;       // that are kept: an album has upright and lying pictures

}  // namespace

InferencePlan::InferencePlan(HierarchicalNetwork network, DType storage, bool lean)
    : device_(network.device()), storage_(storage), lean_(lean) {
  values_.push_back({.channels = 1});
  std::vector<size_t> value_of;  // by layer
  const auto input_of = [&](int64_t layer) { return layer == kNetworkInput ? 0 : value_of[size_t(layer)]; };
  for (HierarchicalNetwork::Layer& layer : std::move(network).take_layers()) {
    const LayerSpec& spec = layer.spec;
    if (const auto* norm = std::get_if<BatchNorm>(&layer.module)) {
      fold(*norm);
      value_of.push_back(input_of(spec.inputs[0]));
      continue;
    }
    values_.push_back({.channels = spec.out_channels});
    value_of.push_back(values_.size() - 1);
    if (const auto* conv = std::get_if<Conv2d>(&layer.module))
      add_step(spec.name, Kind::convolution, input_of(spec.inputs[0]), *conv);
    else if (const auto* up = std::get_if<ConvTranspose2d>(&layer.module))
      add_step(spec.name, Kind::deconvolution, input_of(spec.inputs[0]), *up);
    else
      for (int64_t offset = 0; const int64_t part : spec.inputs) {
        steps_.push_back({.layer = spec.name,
                          .kind = Kind::place,
                          .input = input_of(part),
                          .output = values_.size() - 1,
                          .channel_offset = offset});
        offset += values_[input_of(part)].channels;
      }
    if (spec.name == "conv8_313") color_ = values_.size() - 1;
    if (spec.name == "semantic_classifier") semantic_ = values_.size() - 1;
    layer.module = HierarchicalNetwork::Concat{};
    host_allocator().release_cached();  // the weights of the layer, if nobody else has them
  }
}

template <class Convolution>
void InferencePlan::add_step(const std::string& layer, Kind kind, size_t input, const Convolution& conv) {
  Step step{.layer = layer,
            .kind = kind,
            .input = input,
            .output = values_.size() - 1,
            .options = conv.options,
            .kernel_height = conv.weight.extent(1),
            .kernel_width = conv.weight.extent(2),
            .bias = conv.bias};
  if (device_.kind != DeviceKind::cpu) {
    step.weight = storage_ == conv.weight.dtype() ? conv.weight : conv.weight.to(storage_);
  } else {
    const float* weight = conv.weight.template data<float>();
    step.prepared = std::make_shared<const PreparedConvolution>(
        kind == Kind::convolution
            ? PreparedConvolution(shape_of<Conv2dShape>(step, 1), weight, lean_)
            : PreparedConvolution(shape_of<ConvTranspose2dShape>(step, 1), weight, lean_));
  }
  steps_.push_back(std::move(step));
}

void InferencePlan::fold(const BatchNorm& norm) {
  const auto values_of = [&](const Tensor& tensor, float absent) {
    return tensor.defined() ? tensor.values<float>()
                            : std::vector<float>(size_t(norm.running_mean.size()), absent);
  };
  const std::vector<float> gamma = values_of(norm.gamma, 1), beta = values_of(norm.beta, 0);
  const std::vector<float> mean = values_of(norm.running_mean, 0),
                           variance = values_of(norm.running_variance, 0);
  std::vector<float> scale, shift;
  for (size_t c = 0; c < mean.size(); ++c) {
    const double factor = double(gamma[c]) / std::sqrt(double(variance[c]) + BatchNormOptions{}.epsilon);
    scale.push_back(float(factor));
    shift.push_back(float(double(beta[c]) - double(mean[c]) * factor));
  }
  steps_.back().scale = Tensor::from(scale, norm.running_mean.shape(), device_);
  steps_.back().shift = Tensor::from(shift, norm.running_mean.shape(), device_);
}

void InferencePlan::plan(const Shape& lightness) {
  check(lightness.size() == 4 && lightness[0] > 0 && lightness[1] > 0 && lightness[2] > 0 &&
            lightness[1] % 8 == 0 && lightness[2] % 8 == 0 && lightness[3] == 1,
        "inference", "lightness must be Nx8hx8wx1, got {}", to_string(lightness));
  if (lightness == planned_for_) return;
  values_[0].height = lightness[1];
  values_[0].width = lightness[2];
  for (size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    const Value& in = values_[step.input];
    Value& out = values_[step.output];
    const int64_t up = step.kind == Kind::deconvolution ? step.options.stride : 1;
    const int64_t down = step.kind == Kind::convolution ? step.options.stride : 1;
    out.height = in.height * up / down;
    out.width = in.width * up / down;
    if (step.kind != Kind::place || step.channel_offset == 0) out.first_step = i;
    out.last_step = i;
    values_[step.input].last_step = i;
  }
  place_values(lightness[0]);
  planned_for_ = lightness;
  if (buffer_.defined() && buffer_.size() < buffer_size_) {
    captured_.clear();
    buffer_ = Tensor();  // before the new one is taken
  }
}

// First fit: each activation goes to the lowest place that no activation alive at the same time occupies.
void InferencePlan::place_values(int64_t batch) {
  buffer_size_ = 0;
  std::vector<std::pair<int64_t, int64_t>>
      taken;  // [begin, end) of earlier values alive together with this one
  for (size_t i = 1; i < values_.size(); ++i) {
    Value& value = values_[i];
    if (i == color_ || i == semantic_) continue;  // these have tensors of their own
    taken.clear();
    for (size_t j = 1; j < i; ++j) {
      const Value& other = values_[j];
      if (j == color_ || j == semantic_ || other.last_step < value.first_step ||
          value.last_step < other.first_step)
        continue;
      taken.emplace_back(other.offset, other.offset + batch * other.height * other.width * other.channels);
    }
    std::sort(taken.begin(), taken.end());
    const int64_t size = batch * value.height * value.width * value.channels;
    value.offset = 0;
    for (const auto& [begin, end] : taken)
      if (value.offset + size > begin)
        value.offset = std::max(value.offset, (end + kAlignment - 1) / kAlignment * kAlignment);
    buffer_size_ = std::max(buffer_size_, value.offset + size);
  }
}

int64_t InferencePlan::workspace_bytes(const Shape& lightness) {
  plan(lightness);
  return buffer_size_ * size_of(storage_);
}

HierarchicalNetwork::Output InferencePlan::make_output(int64_t batch) const {
  const auto make = [&](size_t value) {
    const Value& v = values_[value];
    return Tensor::empty({batch, v.height, v.width, v.channels}, storage_, device_);
  };
  return {make(color_), semantic_ ? make(semantic_) : Tensor()};
}

HierarchicalNetwork::Output InferencePlan::run(const Tensor& lightness) {
  if (device_.kind != DeviceKind::cuda) return run(lightness, {});
  plan(lightness.shape());
  if (!buffer_.defined()) buffer_ = Tensor::empty({buffer_size_}, storage_, device_);
  Captured& run = captured(lightness.shape());
  run.lightness.copy_from(lightness);
  run.replay.run({}, [&] {
    if (storage_ == DType::bfloat16)
      cast(cuda_backend(), run.lightness.size(), run.lightness.data<float>(), run.picture.data<bfloat16>());
    run_steps(run.picture, run.output, {});
  });
  return run.output;
}

HierarchicalNetwork::Output InferencePlan::run(const Tensor& lightness, const AfterStep& after) {
  plan(lightness.shape());
  const HierarchicalNetwork::Output output = make_output(lightness.extent(0));
  if (!buffer_.defined()) buffer_ = Tensor::empty({buffer_size_}, storage_, device_);
  run_steps(storage_ == DType::float32 ? lightness : lightness.to(storage_), output, after);
  return output;
}

InferencePlan::Captured& InferencePlan::captured(const Shape& lightness) {
  const CaptureKey key = {lightness, cuda_context().convolution, cuda_context().tensor_float32};
  const auto found = std::ranges::find(captured_, key, &Captured::key);
  if (found != captured_.end()) {
    std::rotate(captured_.begin(), found, found + 1);
  } else {
    if (captured_.size() == kGraphs) captured_.pop_back();
    captured_.insert(captured_.begin(), make_captured(key));
  }
  return captured_.front();
}

InferencePlan::Captured InferencePlan::make_captured(const CaptureKey& key) const {
  const Tensor lightness = Tensor::empty(key.lightness, DType::float32, device_);
  const Tensor picture =
      storage_ == DType::float32 ? lightness : Tensor::empty(key.lightness, storage_, device_);
  return {key, lightness, picture, make_output(key.lightness[0]), {}};
}

void InferencePlan::run_steps(const Tensor& picture, const HierarchicalNetwork::Output& output,
                              const AfterStep& after) const {
  dispatch(buffer_, [&](auto backend, auto real) {
    using Real = decltype(real);
    const auto place_of = [&](size_t value) -> Real* {
      if (value == 0) return picture.data<Real>();
      if (value == color_) return output.color_logits.data<Real>();
      if (value == semantic_) return output.semantic_logits.data<Real>();
      return buffer_.data<Real>() + values_[value].offset;
    };
    for (const Step& step : steps_) {
      if constexpr (std::is_same_v<Real, double>)
        check(false, "inference", "a plan computes in float32 or bfloat16");
      else
        run_step(backend, step, picture.extent(0), place_of(step.input), place_of(step.output));
      if (after) after(step.layer);
    }
  });
}

template <class Shape>
Shape InferencePlan::shape_of(const Step& step, int64_t batch) const {
  const Value &in = values_[step.input], &out = values_[step.output];
  return {batch,
          in.height,
          in.width,
          in.channels,
          out.channels,
          step.kernel_height,
          step.kernel_width,
          step.options.stride,
          step.options.padding,
          step.options.dilation};
}

template <class Backend, class Real>
void InferencePlan::run_step(Backend backend, const Step& step, int64_t batch, const Real* x, Real* y) const {
  if (step.kind == Kind::place) {
    const Value &in = values_[step.input], &out = values_[step.output];
    return strided_copy(backend, {batch * in.height * in.width, in.channels, in.channels, out.channels}, x,
                        y + step.channel_offset);
  }
  const auto data = [](const Tensor& t) -> const float* { return t.defined() ? t.data<float>() : nullptr; };
  const Conv2dEpilogue<float> epilogue = {data(step.bias), step.options.relu, data(step.scale),
                                          data(step.shift)};
  const auto shape = shape_of<Conv2dShape>(step, batch);
  const auto transposed_shape = shape_of<ConvTranspose2dShape>(step, batch);
  const bool transposed = step.kind == Kind::deconvolution;
  if constexpr (std::is_same_v<Backend, Cpu>)
    if (step.prepared)
      return transposed ? step.prepared->forward(transposed_shape, x, epilogue, y)
                        : step.prepared->forward(shape, x, epilogue, y);
  const Real* weight = step.weight.data<Real>();
  transposed ? conv_transpose2d_forward(backend, transposed_shape, x, weight, epilogue, y)
             : conv2d_forward(backend, shape, x, weight, epilogue, y);
}

std::string InferencePlan::prepared_algorithm(const std::string& layer) const {
  const auto step = std::ranges::find(steps_, layer, &Step::layer);
  return step == steps_.end() || !step->prepared ? "" : step->prepared->algorithm();
}

}  // namespace huegrad
