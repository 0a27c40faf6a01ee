#include "net/evaluation.h"

#include <algorithm>

#include "core/error.h"
#include "data/ab_bins.h"
#include "data/color.h"
#include "data/prior.h"
#include "data/resize.h"
#include "kernels/parallel.h"

namespace huegrad {
namespace {

// Pictures measured together, so that the metrics of one run beside those of another.
constexpr int64_t kGroup = 8;

struct Original {
  Image image;
  LabelMap labels;  // empty without labels
  std::vector<float> ab;
  double colorfulness = 0;
};

Original load(const PackPicture& packed, const Protocol& protocol) {
  Original original;
  original.image = Image::make(packed.width, packed.height, 3);
  std::copy(packed.pixels.begin(), packed.pixels.end(), original.image.samples8.begin());
  original.labels = {packed.width, packed.height, {packed.labels.begin(), packed.labels.end()}};
  if (const int64_t side = protocol.stretch_to; side > 0) {
    original.image = resize(original.image, side, side);
    if (!original.labels.labels.empty()) original.labels = resize_nearest(original.labels, side, side);
  }
  const std::vector<float> values = lab(original.image);
  original.ab.resize(size_t(original.image.pixels() * 2));
  for (size_t i = 0; i < original.ab.size(); ++i) original.ab[i] = values[i / 2 * 3 + 1 + i % 2];
  original.colorfulness = colorfulness(original.image);
  return original;
}

// What one method makes of one picture.
struct Colored {
  std::vector<float> ab;
  double psnr = 0, ssim = 0, colorfulness = 0;
};

Colored measure(const Method& method, const Original& original, const Prediction& prediction) {
  Colored colored;
  if (method.predictor)
    colored.ab = method.predictor->upsample(original.image, prediction,
                                            method.jbu ? Upsampling::jbu : Upsampling::bilinear);
  else
    colored.ab.assign(original.ab.size(), 0);
  const Image image = colorize(original.image, colored.ab);
  colored.psnr = std::min(kExactPsnr, psnr(image, original.image));
  colored.ssim = ssim(image, original.image);
  colored.colorfulness = colorfulness(image);
  return colored;
}

class Evaluation {
 public:
  Evaluation(const std::vector<Method>& methods, const std::vector<double>& prior, int64_t classes)
      : methods_(methods),
        bin_weight_(rebalance_weights(prior, 0, 1)),
        raw_(methods.size()),
        balanced_(methods.size()) {
    result_.figures.resize(methods.size());
    const auto labeller = std::ranges::find_if(methods, [&](const Method& method) {
      return method.predictor && classes > 0 && int64_t(method.predictor->classes().size()) == classes;
    });
    labeller_ = size_t(labeller - methods.begin());
    if (labeller != methods.end()) result_.confusion.emplace(classes);
  }

  void add(const std::vector<Original>& originals) {
    const size_t count = originals.size(), methods = methods_.size();
    std::vector<Prediction> predictions(count * methods);
    for (size_t i = 0; i < count; ++i)
      for (size_t m = 0; m < methods; ++m)
        predictions[i * methods + m] = predict(originals[i], m, &predictions[i * methods]);
    std::vector<Colored> colored(count * methods);
    parallel_for(0, int64_t(colored.size()), 1, [&](int64_t first, int64_t last) {
      for (auto j = size_t(first); j < size_t(last); ++j)
        colored[j] = measure(methods_[j % methods], originals[j / methods], predictions[j]);
    });
    for (size_t i = 0; i < count; ++i)
      add_picture(originals[i], &predictions[i * methods], &colored[i * methods]);
  }

  EvaluationResult take() {
    const auto n = double(result_.pictures);
    result_.original_colorfulness /= n;
    for (size_t m = 0; m < methods_.size(); ++m) {
      ColorFigures& figures = result_.figures[m];
      for (double* mean : {&figures.psnr, &figures.ssim, &figures.colorfulness}) *mean /= n;
      figures.auc = raw_[m].value();
      figures.balanced_auc = balanced_[m].value();
    }
    return std::move(result_);
  }

 private:
  // Methods of the same network share one prediction.
  Prediction predict(const Original& original, size_t m, const Prediction* earlier) const {
    Colorizer* predictor = methods_[m].predictor;
    if (!predictor) return {};
    for (size_t i = 0; i < m; ++i)
      if (methods_[i].predictor == predictor) return earlier[i];
    const NetworkInput input = predictor->prepare(original.image);
    return predictor->predict({&input, 1}).front();
  }

  void add_picture(const Original& original, const Prediction* predictions, const Colored* colored) {
    std::vector<float> weight(original.ab.size() / 2);
    for (size_t i = 0; i < weight.size(); ++i)
      weight[i] = bin_weight_[size_t(AbBins::zhang313().nearest(original.ab[2 * i], original.ab[2 * i + 1]))];
    for (size_t m = 0; m < methods_.size(); ++m) {
      ColorFigures& figures = result_.figures[m];
      figures.psnr += colored[m].psnr;
      figures.ssim += colored[m].ssim;
      figures.colorfulness += colored[m].colorfulness;
      raw_[m] += auc(colored[m].ab, original.ab);
      balanced_[m] += auc(colored[m].ab, original.ab, weight);
    }
    if (result_.confusion && !original.labels.labels.empty())
      result_.confusion->add(
          original.labels.labels,
          methods_[labeller_]
              .predictor->labels(predictions[labeller_], original.image.height, original.image.width)
              .labels);
    result_.original_colorfulness += original.colorfulness;
    ++result_.pictures;
  }

  const std::vector<Method>& methods_;
  std::vector<float> bin_weight_;
  std::vector<Ratio> raw_, balanced_;
  size_t labeller_ = 0;
  EvaluationResult result_;
};

}  // namespace

Protocol find_protocol(const std::string& name) {
  if (name == "bmvc18") return {name, "whole pictures as packed, network at the model's own size", 0};
  if (name == "zhang16") return {name, "pictures stretched to 256x256, network at 256x256", 256};
  throw Error(ErrorKind::usage, fmt::format("no protocol called '{}'", name), "", "Known: bmvc18, zhang16");
}

WorkingSize working_size(const Protocol& protocol, int64_t input_size) {
  if (protocol.stretch_to > 0) return {.fit = WorkingSize::Fit::square, .size = protocol.stretch_to};
  return {.size = input_size};
}

EvaluationResult evaluate(const std::vector<Method>& methods, const std::vector<std::unique_ptr<Pack>>& packs,
                          const Protocol& protocol, int64_t limit, const std::function<void(int64_t)>& done) {
  std::vector<PackMetadata> metadata;
  for (const auto& pack : packs) metadata.push_back(pack->metadata());
  Evaluation evaluation(methods, combined_prior(metadata), int64_t(common_classes(metadata).size()));
  std::vector<Original> group;
  int64_t seen = 0;
  const auto flush = [&] {
    evaluation.add(group);
    group.clear();
    if (done) done(seen);
  };
  for (const auto& pack : packs)
    for (int64_t i = 0; i < pack->size() && (limit == 0 || seen < limit); ++i, ++seen) {
      group.push_back(load(pack->picture(i), protocol));
      if (int64_t(group.size()) == kGroup) flush();
    }
  if (!group.empty()) flush();
  if (seen == 0) throw Error(ErrorKind::usage, "no pictures to evaluate on");
  return evaluation.take();
}

}  // namespace huegrad
