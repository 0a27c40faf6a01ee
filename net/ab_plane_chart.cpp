#include "net/ab_plane_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "data/ab_bins.h"
#include "kernels/color.h"
#include "net/html.h"

namespace huegrad {
namespace {

constexpr double kLightness = 65;
constexpr double kCell = 10, kSmallest = 1.5, kLargest = 9.4;  // sides, in units of Lab

// Where a positive value lies between the least of these and the greatest, 0..1 by their logarithms.
struct LogScale {
  double low = 0, high = 0;

  explicit LogScale(const std::vector<double>& values) : high(*std::ranges::max_element(values)) {
    low = high;
    for (const double value : values)
      if (value > 0) low = std::min(low, value);
  }
  double operator()(double value) const {
    return low < high ? std::log(value / low) / std::log(high / low) : 1;
  }
};

std::string bin_color(float a, float b) {
  const std::array<float, 3> lab = {float(kLightness), a, b};
  std::array<float, 3> rgb{};
  lab_to_srgb(Reference{}, 1, lab.data(), rgb.data());
  const auto level = [&](size_t c) { return std::lround(rgb[c] * 255); };
  return fmt::format("#{:02x}{:02x}{:02x}", level(0), level(1), level(2));
}

// The square around a bin; b points up, SVG's y down.
std::string square(float a, float b, double side, const std::string& color, const std::string& title) {
  return fmt::format(
      "<rect x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\" "
      "fill=\"{}\"><title>{}</title></rect>\n",
      a - side / 2, -b - side / 2, side, side, color, escape_html(title));
}

std::string axes() {
  std::string svg =
      "<path class=\"axis\" d=\"M-112 0H116M0 116V-114\"/>"
      "<text class=\"label\" x=\"119\" y=\"2\">a</text><text class=\"label\" x=\"-2\" y=\"-117\">b</text>\n";
  for (const int tick : {-100, -50, 50, 100})
    svg += fmt::format(
        "<text class=\"tick\" text-anchor=\"middle\" x=\"{0}\" y=\"128\">{0}</text>"
        "<text class=\"tick\" text-anchor=\"end\" x=\"-116\" y=\"{1}\">{0}</text>\n",
        tick, 2 - tick);
  return svg;
}

}  // namespace

std::string ab_plane_chart(const AbPlaneChart& chart) {
  const std::span<const float> centers = AbBins::zhang313().centers();
  if (chart.values.size() != centers.size() / 2) return "";
  const LogScale scale(chart.values);
  std::string cells, squares;
  for (size_t q = 0; q < chart.values.size(); ++q) {
    const float a = centers[2 * q], b = centers[2 * q + 1];
    cells += fmt::format("M{} {}h{}v{}h-{}z", a - kCell / 2, -b - kCell / 2, kCell, kCell, kCell);
    if (chart.values[q] > 0)
      squares += square(a, b, kSmallest + (kLargest - kSmallest) * scale(chart.values[q]), bin_color(a, b),
                        fmt::format("a {}, b {}: {:.3g} {}", a, b, chart.values[q], chart.unit));
  }
  return fmt::format(
      "<figure class=\"card\">\n<figcaption><h3>{0}</h3><p>The smallest square stands for {1:.2g} {3}, the "
      "largest for {2:.2g}.</p></figcaption>\n<svg class=\"plane\" viewBox=\"-140 -126 280 260\" "
      "role=\"img\" "
      "aria-label=\"{0}, from {1:.2g} to {2:.2g} {3}\">\n<path class=\"cells\" d=\"{4}\"/>\n{5}{6}</svg>\n"
      "</figure>\n",
      escape_html(chart.title), scale.low, scale.high, escape_html(chart.unit), cells, axes(), squares);
}

}  // namespace huegrad
