#include "net/validation.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/autograd.h"
#include "core/dispatch.h"
#include "data/ab_bins.h"
#include "kernels/color.h"
#include "kernels/reduce.h"
#include "kernels/softmax_cross_entropy.h"
#include "layers/annealed_mean.h"
#include "net/metrics.h"

namespace huegrad {
namespace {

Tensor argmax(const Tensor& logits) {
  Shape shape = logits.shape();
  const int64_t channels = shape.back();
  shape.pop_back();
  const Tensor index = Tensor::empty(shape, DType::int32, logits.device());
  dispatch_full_precision(logits, [&](auto backend, auto real) {
    argmax_channels(backend, index.size(), channels, logits.data<decltype(real)>(), index.data<int32_t>());
  });
  return index;
}

// sRGB (rows, 3) of the pixels at the centres of the grid's cells, lightness from the picture, colours ab.
std::vector<float> grid_rgb(const Tensor& lightness, const Tensor& ab) {
  const int64_t height = ab.extent(1), width = ab.extent(2), full_width = lightness.extent(2);
  const int64_t cell = lightness.extent(1) / height, rows = ab.size() / 2;
  std::vector<float> lab(size_t(rows) * 3), rgb(lab.size());
  const float* l = lightness.data<float>();
  const float* color = ab.data<float>();
  for (int64_t i = 0; i < rows; ++i) {
    const int64_t x = i % width, y = i / width % height, n = i / (width * height);
    const int64_t pixel = (n * lightness.extent(1) + y * cell + cell / 2) * full_width + x * cell + cell / 2;
    lab[size_t(3 * i)] = std::clamp(l[pixel] + 50, 0.0f, 100.0f);
    lab[size_t(3 * i) + 1] = color[2 * i];
    lab[size_t(3 * i) + 2] = color[2 * i + 1];
  }
  lab_to_srgb(Cpu{}, rows, lab.data(), rgb.data());
  return rgb;
}

double ratio(double a, double b) { return b > 0 ? a / b : 0; }

}  // namespace

Tensor predicted_ab(const Tensor& color_logits, double temperature) {
  const NoGradient no_gradient;
  return annealed_mean(color_logits, AbBins::zhang313().centers_on(color_logits.device()), temperature);
}

void Validation::add(const HierarchicalNetwork::Output& output, const Batch& batch) {
  const auto in_host_memory = [](const Tensor& logits) { return logits.to(DType::float32).to(Device{}); };
  const Tensor color = in_host_memory(output.color_logits);
  pictures_ += color.extent(0);
  add_distributions(color, batch);
  add_colors(color, batch);
  if (output.semantic_logits.defined()) add_labels(in_host_memory(output.semantic_logits), batch);
}

void Validation::add_distributions(const Tensor& logits, const Batch& batch) {
  divergence_ += color_divergence(logits, batch);
  const Tensor likeliest = argmax(logits);
  const int64_t k = batch.color_index.extent(-1);
  for (int64_t i = 0; i < likeliest.size(); ++i)
    nearest_hits_ += likeliest.data<int32_t>()[i] == batch.color_index.data<int32_t>()[i * k];
}

void Validation::add_colors(const Tensor& logits, const Batch& batch) {
  const Tensor ab = predicted_ab(logits, temperature_);
  const float *p = ab.data<float>(), *t = batch.ab.data<float>();
  for (int64_t i = 0; i < ab.size(); i += 2) {
    ab_error_ += std::hypot(p[i] - t[i], p[i + 1] - t[i + 1]);
    chroma_ += std::hypot(p[i], p[i + 1]);
    true_chroma_ += std::hypot(t[i], t[i + 1]);
  }
  const std::vector<float> predicted = grid_rgb(batch.lightness, ab),
                           truth = grid_rgb(batch.lightness, batch.ab);
  const size_t pictures = size_t(ab.extent(0)), per_picture = truth.size() / pictures;
  for (size_t n = 0; n < pictures; ++n) {
    double error = 0;
    for (size_t i = n * per_picture; i < (n + 1) * per_picture; ++i)
      error += std::pow(double(predicted[i]) - double(truth[i]), 2);
    psnr_ += -10 * std::log10(std::max(error / double(per_picture), 1e-10));
  }
}

void Validation::add_labels(const Tensor& logits, const Batch& batch) {
  const int64_t rows = batch.labels.size(), classes = logits.extent(-1);
  confusion_.resize(size_t(classes * classes));
  const Tensor loss = batch.color_rarity.empty_like();
  const int32_t* label = batch.labels.data<int32_t>();
  dispatch_full_precision(logits, [&](auto backend, auto real) {
    using Real = decltype(real);
    const Real one = 1;
    IntegerTargets<Real> targets;
    targets.index = label;
    softmax_cross_entropy(backend, {.rows = rows, .classes = classes}, logits.data<Real>(), targets, &one,
                          loss.data<Real>(), static_cast<Real*>(nullptr));
  });
  const Tensor likeliest = argmax(logits);
  for (int64_t i = 0; i < rows; ++i) {
    if (label[i] == 255) continue;
    semantic_loss_ += loss.data<float>()[i];
    ++confusion_[size_t(label[i] * classes + likeliest.data<int32_t>()[i])];
  }
}

ValidationReport Validation::report() const {
  const double n = divergence_.pixels;
  ValidationReport r{.pictures = pictures_};
  r.color_cross_entropy = ratio(divergence_.cross_entropy, n);
  r.color_kl = ratio(divergence_.cross_entropy - divergence_.entropy, n);
  r.balanced_cross_entropy = ratio(divergence_.balanced_cross_entropy, divergence_.rarity);
  r.balanced_kl =
      ratio(divergence_.balanced_cross_entropy - divergence_.balanced_entropy, divergence_.rarity);
  r.nearest_bin_accuracy = ratio(double(nearest_hits_), n);
  r.ab_error = ratio(ab_error_, n);
  r.psnr = ratio(psnr_, double(pictures_));
  r.chroma = ratio(chroma_, n);
  r.true_chroma = ratio(true_chroma_, n);
  r.confusion = confusion_;
  const ClassCounts labels = ClassCounts::of_confusion(confusion_);
  r.labelled_pixels = labels.pixels();
  if (r.labelled_pixels == 0) return r;
  r.mean_iou = labels.mean_iou();
  r.pixel_accuracy = labels.pixel_accuracy();
  r.semantic_loss = semantic_loss_ / double(r.labelled_pixels);
  return r;
}

nlohmann::json to_json(const ValidationReport& r) {
  return {{"pictures", r.pictures},
          {"color_cross_entropy", r.color_cross_entropy},
          {"color_kl", r.color_kl},
          {"balanced_cross_entropy", r.balanced_cross_entropy},
          {"balanced_kl", r.balanced_kl},
          {"nearest_bin_accuracy", r.nearest_bin_accuracy},
          {"ab_error", r.ab_error},
          {"psnr", r.psnr},
          {"chroma", r.chroma},
          {"true_chroma", r.true_chroma},
          {"labelled_pixels", r.labelled_pixels},
          {"semantic_loss", r.semantic_loss},
          {"pixel_accuracy", r.pixel_accuracy},
          {"mean_iou", r.mean_iou}};
}

}  // namespace huegrad
