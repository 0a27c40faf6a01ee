// Whether colours change where the photograph does: the paper's "edge keeping" (section 3.4, asked of people
// there) in figures. Both are of ab (height, width, 2) at the size it is measured at, and a factor on ab
// changes neither, so that vivid colours do not pass for sharp ones. The mark for both is the original's own
// value, which falls short of 1 for reasons told below, and because most JPEGs hold colour at half the size.
#pragma once
#include <span>

#include "data/label_map.h"
#include "net/metrics.h"

namespace huegrad {

// Alignment of the edges of ab with those of the lightness L (height, width): Pearson's correlation, over the
// pixels off the border, of the lengths of their gradients,
//
//   corr(|grad ab|, |grad L|),   |grad ab|^2 = |grad a|^2 + |grad b|^2,   gradients by Sobel's operator.
//
// 1 where colour is a linear function of lightness, 0 where edges fall together by chance only; a colour map
// that is blurred, or shifted against the photograph, loses. 1 is not the aim: shadows and texture are edges
// of lightness alone (Hansen and Gegenfurtner, "Independence of color and luminance edges in natural scenes",
// Visual Neuroscience 2009), and colours that copied them would gain: more than the original's is too much.
// NaN for a picture without edges of one kind, whose gradients deviate by less than kLeastEdges units of Lab
// per pixel (rounding makes some in grey pictures), or too small for gradients.
inline constexpr double kLeastEdges = 1e-3;
double edge_alignment(std::span<const float> ab, std::span<const float> lightness, int64_t height,
                      int64_t width);

// Contrast kept at true boundaries. In a row or column let the labels be A ... A (255 ... 255) B ... B, with
// A and B different classes, and between them at most kLongestRun pixels of 255, as VOC draws along every
// object: the boundary is in the middle of them. With i the last pixel of A and j the first of B,
//
//   near = |ab[j] - ab[i]|,   far = |ab[j + kFar] - ab[i - kFar]|,   kept = sum of near / sum of far
//
// over all boundaries that have A from i - kFar to i and B from j to j + kFar, all in pixels. Bleeding is
// 1 - kept: the part of the objects' contrast in colour that is missing beside their boundary. A sharp step
// keeps 1; a colour map that reaches over the boundary keeps less. Sums, because a mean of ratios would be
// ruled by boundaries without contrast. Originals keep less than 1, as colours also vary inside of objects.
inline constexpr int64_t kLongestRun = 8, kFar = 6;
Ratio kept_contrast(std::span<const float> ab, const LabelMap& labels);

}  // namespace huegrad
