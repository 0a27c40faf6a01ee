#include "net/initialize.h"

#include <cmath>

#include "core/autograd.h"
#include "core/dispatch.h"
#include "core/files.h"
#include "core/generator.h"
#include "kernels/batch_norm.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

using Layer = HierarchicalNetwork::Layer;

struct Moments {
  std::vector<double> mean, deviation;  // by channel
};

// Calls f(pointer) with the tensor's element type.
template <class F>
void with_data(const Tensor& tensor, F&& f) {
  dispatch_full_precision(tensor, [&](auto, auto real) { f(tensor.data<decltype(real)>()); });
}

// Number i depends on (seed, name, i) alone.
void fill_normal(const Tensor& weight, uint64_t seed, const std::string& name, double deviation) {
  const uint64_t stream = checksum(std::as_bytes(std::span(name)));
  with_data(weight, [&]<class Real>(Real* w) {
    parallel_for(0, weight.size(), 4096, [&](int64_t begin, int64_t end) {
      Generator generator(seed, stream, 2 * uint64_t(begin));  // normal() draws two
      for (int64_t i = begin; i < end; ++i) w[i] = Real(deviation * generator.normal());
    });
  });
}

Moments channel_moments(const Tensor& y) {
  const BatchNormShape shape{y.size() / y.extent(-1), y.extent(-1)};
  Moments moments{std::vector<double>(size_t(shape.channels)), std::vector<double>(size_t(shape.channels))};
  dispatch_full_precision(y, [&](auto backend, auto real) {
    using Real = decltype(real);
    std::vector<Real> mean(size_t(shape.channels)), variance(size_t(shape.channels));
    batch_norm_statistics(backend, shape, y.data<Real>(), mean.data(), variance.data());
    for (size_t k = 0; k < mean.size(); ++k) {
      const double deviation = std::sqrt(double(variance[k]));
      moments.mean[k] = mean[k];
      moments.deviation[k] = deviation > 1e-6 ? deviation : 1;  // a constant channel is left as it is
    }
  });
  return moments;
}

// Layers that compute logits start at `bias` with small weights; others at 0 with unit outputs.
struct Target {
  double deviation = 1;
  std::vector<double> bias;  // empty: 0
};

std::vector<double> log_frequencies(const std::vector<double>& frequencies, int64_t count, const char* what) {
  if (frequencies.empty()) return {};
  check(int64_t(frequencies.size()) == count, "initialize", "{} needs {} frequencies, {} given", what, count,
        frequencies.size());
  double sum = 0;
  for (double value : frequencies) {
    check(std::isfinite(value) && value >= 0, "initialize", "{} has a frequency of {}", what, value);
    sum += value;
  }
  check(sum > 0, "initialize", "{} has no frequency above zero", what);
  std::vector<double> logs;
  for (double value : frequencies)
    logs.push_back(std::log((1 - kPriorFloor) * value / sum + kPriorFloor / double(count)));
  return logs;
}

Target target_of(const LayerSpec& spec, const InitializeOptions& options) {
  if (spec.name == "conv8_313")
    return {kHeadDeviation, log_frequencies(options.color_prior, spec.out_channels, "the colour prior")};
  if (spec.name == "semantic_classifier")
    return {kHeadDeviation,
            log_frequencies(options.class_frequency, spec.out_channels, "the class frequencies")};
  return {};
}

// Rescales a layer so that what it computes has the target's moments. y: its output with bias 0 and no ReLU.
// `inner`: consecutive weights of one output channel; 1 if the channel is the innermost axis.
void rescale(const Tensor& weight, const Tensor& bias, int64_t inner, const Moments& moments,
             const Target& target) {
  const int64_t channels = bias.size();
  with_data(weight, [&]<class Real>(Real* w) {
    for (int64_t i = 0; i < weight.size(); ++i)
      w[i] *= Real(target.deviation / moments.deviation[size_t(i / inner % channels)]);
  });
  with_data(bias, [&]<class Real>(Real* b) {
    for (size_t k = 0; k < size_t(channels); ++k)
      b[k] = Real((target.bias.empty() ? 0 : target.bias[k]) -
                  moments.mean[k] / moments.deviation[k] * target.deviation);
  });
}

template <class Module>
void initialize_module(const Module& module, const LayerSpec& spec, const InitializeOptions& options,
                       const Tensor& x) {
  constexpr bool kTransposed = std::is_same_v<Module, ConvTranspose2d>;
  // Each output of a transposed convolution sees only every stride-th tap.
  const int64_t skipped = kTransposed ? spec.options.stride * spec.options.stride : 1;
  const int64_t taps = spec.in_channels * spec.kernel * spec.kernel;
  fill_normal(module.weight, options.seed, module.name, std::sqrt(2.0 / (double(taps) / double(skipped))));
  with_data(module.bias, [&](auto* b) { std::fill_n(b, module.bias.size(), 0); });

  Moments moments{std::vector<double>(size_t(spec.out_channels), 0),
                  std::vector<double>(size_t(spec.out_channels), 1)};
  if (x.defined()) {
    Module linear = module;
    linear.options.relu = false;
    moments = channel_moments(linear(x));
  }
  rescale(module.weight, module.bias, kTransposed ? 1 : taps, moments, target_of(spec, options));
}

void initialize_layer(const Layer& layer, const InitializeOptions& options, const Tensor& x) {
  if (const auto* conv = std::get_if<Conv2d>(&layer.module)) initialize_module(*conv, layer.spec, options, x);
  if (const auto* conv = std::get_if<ConvTranspose2d>(&layer.module))
    initialize_module(*conv, layer.spec, options, x);
}

}  // namespace

void initialize(const HierarchicalNetwork& network, const InitializeOptions& options,
                const Tensor& lightness) {
  const NoGradient no_gradient;
  if (!lightness.defined()) {
    for (const Layer& layer : network.layers()) {
      initialize_layer(layer, options, {});
      if (options.narrower) options.narrower->apply(layer);
    }
    return;
  }
  network.walk(lightness, [&](const Layer& layer, const std::vector<Tensor>& inputs) {
    initialize_layer(layer, options, inputs[0]);
    Tensor y;
    if (const auto* norm = std::get_if<BatchNorm>(&layer.module)) {
      BatchNorm follow = *norm;  // shares the running statistics
      follow.momentum = 1;
      y = follow(inputs[0], true);
    }
    if (options.narrower) options.narrower->apply(layer);
    return y.defined() ? y : HierarchicalNetwork::apply(layer, inputs, true);
  });
}

}  // namespace huegrad
