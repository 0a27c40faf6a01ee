#include "net/evaluation.h"

#include <algorithm>

#include "core/error.h"
#include "data/ab_bins.h"
#include "data/color.h"
#include "data/prior.h"
#include "kernels/parallel.h"
#include "net/chroma_edges.h"
#include "net/color_divergence.h"
#include "net/metrics.h"

namespace huegrad {
namespace {

// Pictures measured together, so that the metrics of one run beside those of another.
constexpr int64_t kGroup = 8;

// What a picture adds to the sums behind a line of the report, by figure.
struct Line {
  std::array<Ratio, kFigureNames.size()> sums = {};

  Ratio& operator[](Figure figure) { return sums[size_t(figure)]; }
};

// What it adds to those of the whole report.
struct PictureSums {
  std::vector<Line> lines = {};  // of the methods, then of the original
  ClassCounts labels = ClassCounts();

  PictureSums& operator+=(const PictureSums& other) {
    lines.resize(other.lines.size());
    for (size_t i = 0; i < lines.size(); ++i)
      for (size_t f = 0; f < kFigureNames.size(); ++f) lines[i].sums[f] += other.lines[i].sums[f];
    labels += other.labels;
    return *this;
  }
};

// Figures of the sums in a row: those of each line, then those of the labels.
std::vector<double> figures_of(const PictureSums& sums) {
  std::vector<double> values;
  for (const Line& line : sums.lines)
    for (const Ratio& ratio : line.sums) values.push_back(ratio.value());
  const ClassCounts& labels = sums.labels;
  values.insert(values.end(), {labels.mean_iou(), labels.mean_accuracy(), labels.pixel_accuracy(),
                               labels.frequency_weighted_iou()});
  const std::vector<double> iou = labels.iou();
  values.insert(values.end(), iou.begin(), iou.end());
  return values;
}

struct Original {
  Image image;
  LabelMap labels;  // empty without true labels
  std::vector<float> ab, lightness;
  std::vector<float> rareness;  // of the colour of each pixel, for the balanced AuC
};

// What a method makes of a picture before it is upsampled.
struct Predicted {
  Prediction prediction;
  Tensor colors;  // in host memory
  ColorDivergence divergence;
};

class Evaluation {
 public:
  Evaluation(const std::vector<Method>& methods, const Protocol& protocol, const std::vector<double>& prior,
             const std::vector<std::string>& classes)
      : methods_(methods),
        protocol_(protocol),
        reciprocal_(rebalance_weights(prior, 0, 1)),
        rarity_(rebalance_weights(prior)),
        classes_(int64_t(classes.size())) {
    const auto labeller = std::ranges::find_if(methods, [&](const Method& method) {
      return method.predictor && !classes.empty() && method.predictor->classes() == classes;
    });
    if (labeller != methods.end()) labeller_ = size_t(labeller - methods.begin());
  }

  Original load(const Pack& pack, int64_t i) const {
    const PackPicture picture = pack.picture(i);
    Original original{fitted_picture(protocol_, picture), {}, {}, {}, {}};
    const bool is_true = pack.metadata().label_weight >= 1;
    if (is_true) original.labels = fitted_labels(protocol_, picture);
    const std::vector<float> values = lab(original.image);
    for (size_t p = 0; p < values.size(); p += 3) {
      original.lightness.push_back(values[p]);
      original.ab.insert(original.ab.end(), {values[p + 1], values[p + 2]});
      original.rareness.push_back(
          reciprocal_[size_t(AbBins::zhang313().nearest(values[p + 1], values[p + 2]))]);
    }
    return original;
  }

  void add(const std::vector<Original>& originals) {
    const size_t count = originals.size(), lines = methods_.size() + 1;
    std::vector<Predicted> predicted(count * lines);
    for (size_t i = 0; i < count; ++i)
      for (size_t m = 0; m < methods_.size(); ++m)
        predicted[i * lines + m] = predict(originals[i], m, &predicted[i * lines]);
    std::vector<PictureSums> sums(count, {std::vector<Line>(lines)});
    parallel_for(0, int64_t(count * lines), 1, [&](int64_t first, int64_t last) {
      for (auto j = size_t(first); j < size_t(last); ++j)
        sums[j / lines].lines[j % lines] = measure(originals[j / lines], j % lines, predicted[j]);
    });
    for (size_t i = 0; i < count; ++i) {
      if (labeller_) sums[i].labels = label(originals[i], predicted[i * lines + *labeller_].prediction);
      pictures_.push_back(std::move(sums[i]));
    }
  }

  EvaluationResult result(const BootstrapOptions& options) const {
    const std::vector<Resampled> values = bootstrap(pictures_, figures_of, options);
    EvaluationResult result;
    result.pictures = int64_t(pictures_.size());
    auto next = values.begin();
    for (size_t line = 0; line <= methods_.size(); ++line) {
      Figures figures;
      for (size_t f = 0; f < kFigureNames.size(); ++f) figures[Figure(f)] = *next++;
      line < methods_.size() ? result.figures.push_back(figures) : void(result.original = figures);
    }
    PictureSums all;
    for (const PictureSums& picture : pictures_) all += picture;
    if (const int64_t pixels = all.labels.pixels(); pixels > 0)
      result.labels = {pixels, next[0], next[1], next[2], next[3], {next + 4, values.end()}};
    return result;
  }

 private:
  // Methods of the same network share one prediction.
  Predicted predict(const Original& original, size_t m, const Predicted* earlier) const {
    Colorizer* predictor = methods_[m].predictor;
    if (!predictor) return {};
    for (size_t i = 0; i < m; ++i)
      if (methods_[i].predictor == predictor) return earlier[i];
    const NetworkInput input = predictor->prepare(original.image);
    Predicted predicted{predictor->predict({&input, 1}).front(), {}, {}};
    predicted.colors = predictor->colors(predicted.prediction);
    const Tensor logits = predicted.prediction.color_logits.to(DType::float32).to(Device{});
    predicted.divergence =
        color_divergence(logits, color_targets(original.image, input.height(), input.width(), rarity_));
    return predicted;
  }

  // The figures of one method, or, past the last one, of the original.
  Line measure(const Original& original, size_t m, const Predicted& predicted) const {
    if (m == methods_.size()) return measure_colors(original, original.image, original.ab);
    std::vector<float> ab(original.ab.size(), 0);
    if (const Method& method = methods_[m]; method.predictor)
      ab = method.predictor->upsample(original.image, predicted.colors, method.upsampling);
    const Image image = colorize(original.image, ab);
    Line line = measure_colors(original, image, ab);
    line[Figure::psnr] = in_mean(std::min(kExactPsnr, psnr(image, original.image)));
    line[Figure::ssim] = in_mean(ssim(image, original.image));
    line[Figure::auc] = auc(ab, original.ab);
    line[Figure::balanced_auc] = auc(ab, original.ab, original.rareness);
    line[Figure::color_kl] = predicted.divergence.kl();
    line[Figure::balanced_color_kl] = predicted.divergence.balanced_kl();
    return line;
  }

  // Those that need no original to compare with.
  Line measure_colors(const Original& original, const Image& image, std::span<const float> ab) const {
    Line line;
    line[Figure::colorfulness] = in_mean(colorfulness(image, protocol_.absolute_colorfulness));
    line[Figure::edge_alignment] = in_mean(edge_alignment(ab, original.lightness, image.height, image.width));
    if (!original.labels.labels.empty()) line[Figure::kept_contrast] = kept_contrast(ab, original.labels);
    return line;
  }

  ClassCounts label(const Original& original, const Prediction& prediction) const {
    ClassCounts counts(classes_);
    if (original.labels.labels.empty()) return counts;
    const Image& image = original.image;
    const LabelMap map = methods_[*labeller_].predictor->labels(prediction, image.height, image.width);
    counts.add(original.labels.labels, map.labels);
    return counts;
  }

  const std::vector<Method>& methods_;
  const Protocol& protocol_;
  std::vector<float> reciprocal_, rarity_;  // by bin
  int64_t classes_;
  std::optional<size_t> labeller_;  // the method
  std::vector<PictureSums> pictures_;
};

}  // namespace

Figures operator-(const Figures& a, const Figures& b) {
  Figures difference;
  for (size_t f = 0; f < kFigureNames.size(); ++f) difference[Figure(f)] = a[Figure(f)] - b[Figure(f)];
  return difference;
}

EvaluationResult evaluate(const std::vector<Method>& methods, const std::vector<std::unique_ptr<Pack>>& packs,
                          const Protocol& protocol, const EvaluationOptions& options,
                          const std::function<void(int64_t)>& done) {
  std::vector<PackMetadata> metadata;
  for (const auto& pack : packs) metadata.push_back(pack->metadata());
  Evaluation evaluation(methods, protocol, combined_prior(metadata), common_classes(metadata));
  std::vector<Original> group;
  int64_t seen = 0;
  const auto flush = [&] {
    evaluation.add(group);
    group.clear();
    if (done) done(seen);
  };
  for (const auto& pack : packs)
    for (int64_t i = 0; i < pack->size() && (options.limit == 0 || seen < options.limit); ++i, ++seen) {
      group.push_back(evaluation.load(*pack, i));
      if (int64_t(group.size()) == kGroup) flush();
    }
  if (!group.empty()) flush();
  if (seen == 0) throw Error(ErrorKind::usage, "no pictures to evaluate on");
  return evaluation.result(options.bootstrap);
}

}  // namespace huegrad
