// Colourings of a whole data set measured against the originals, under a named protocol, with an interval for
// every figure.
#pragma once
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/pack.h"
#include "net/bootstrap.h"
#include "net/colorizer.h"
#include "net/protocol.h"

namespace huegrad {

// Figures of a way to colour. PSNR (an exact picture counts kExactPsnr), SSIM, colourfulness and edge
// alignment are means over pictures, the first three of 8-bit RGB; the others are over the pixels of all
// pictures. AuC and the two of edges are of ab before sRGB's gamut limits it, those of KL of the network's
// distributions on its own grid (color_divergence.h). A figure that is not defined is NaN.
enum class Figure {
  psnr,
  ssim,
  auc,           // 0..1, with the next one
  balanced_auc,  // pixels weighted by 1 / prior of their bin in the packs
  colorfulness,
  color_kl,           // nats per pixel, with the next one
  balanced_color_kl,  // pixels weighted as in training by default (data/prior.h), by the packs' prior
  edge_alignment,     // chroma_edges.h, with the next one
  kept_contrast,
};
inline constexpr std::array<std::string_view, 9> kFigureNames = {
    "psnr",           "ssim",         "auc", "balanced_auc", "colorfulness", "color_kl", "balanced_color_kl",
    "edge_alignment", "kept_contrast"};
inline constexpr double kExactPsnr = 100;

class Figures {
 public:
  Resampled& operator[](Figure figure) { return values_[size_t(figure)]; }
  const Resampled& operator[](Figure figure) const { return values_[size_t(figure)]; }

 private:
  std::array<Resampled, kFigureNames.size()> values_;
};
Figures operator-(const Figures& a, const Figures& b);  // of the same evaluation

// Of the labels that a network gives, over all labelled pixels. Means over classes are over those that occur
// in the truth, of a resample too: where a class is in few pictures, its absence from some of them shows in
// the interval.
struct LabelFigures {
  int64_t pixels = 0;
  Resampled mean_iou, mean_accuracy, pixel_accuracy, frequency_weighted_iou;
  std::vector<Resampled> iou;  // by class; NaN for a class that does not occur in the truth
};

// One way to colour: a line of the report.
struct Method {
  std::string name;
  Colorizer* predictor = nullptr;  // whose network, with its distributions kept; null: no colours at all
  Upsampling upsampling = Upsampling::jbu;
};

struct EvaluationResult {
  int64_t pictures = 0;
  std::vector<Figures> figures;  // by method
  Figures original;              // its colourfulness and edges, for comparison
  // Of the first method that has the data's classes; guessed labels (pseudo-labels) do not count.
  std::optional<LabelFigures> labels;
};

struct EvaluationOptions {
  int64_t limit = 0;  // pictures, from the front; 0: all
  BootstrapOptions bootstrap;
};

// Measures every method on the pictures of the packs. done: called after each group with the number of
// pictures so far. Throws Error(usage) when there are no pictures.
EvaluationResult evaluate(const std::vector<Method>& methods, const std::vector<std::unique_ptr<Pack>>& packs,
                          const Protocol& protocol, const EvaluationOptions& options,
                          const std::function<void(int64_t)>& done = {});

}  // namespace huegrad
