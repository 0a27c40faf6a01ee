#include "net/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "net/html.h"

namespace huegrad {
namespace {

// User units of the view box, and the margins around the plot.
constexpr double kWidth = 480, kHeight = 250;
constexpr double kLeft = 58, kRight = 14, kTop = 22, kBottom = 36;
constexpr size_t kMostPoints = 600;  // more are not told apart at this size
constexpr size_t kMostDots = 60;

// A plane of data in the view box.
struct Frame {
  double x_low, x_high, x_step;
  Ticks y;

  double left(double x) const { return kLeft + (x - x_low) / (x_high - x_low) * (kWidth - kLeft - kRight); }
  double top(double value) const {
    return kHeight - kBottom - (value - y.low) / (y.high - y.low) * (kHeight - kTop - kBottom);
  }
};

// Charts begin at step 0 and end with their data; y ends at a tick.
Frame make_frame(const Chart& chart) {
  double last = 0, low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Series& series : chart.series) {
    for (const Point& p : series.points) {
      last = std::max(last, p.x);
      low = std::min(low, p.y);
      high = std::max(high, p.y);
    }
  }
  last = std::max(last, 1.0);
  return {0, last, choose_ticks(0, last, 5).step, choose_ticks(chart.from_zero ? 0 : low, high, 4)};
}

std::string grid(const Frame& frame, const Chart& chart) {
  std::string svg;
  const double bottom = kHeight - kBottom, right = kWidth - kRight;
  const auto lines = int64_t(std::lround((frame.y.high - frame.y.low) / frame.y.step));
  for (int64_t i = 0; i <= lines; ++i) {
    const double value = frame.y.low + double(i) * frame.y.step, top = frame.top(value);
    svg += fmt::format(
        "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\"/>"
        "<text class=\"tick\" text-anchor=\"end\" x=\"{}\" y=\"{:.1f}\">{}</text>\n",
        kLeft, right, top, top, kLeft - 7, top + 3.5, tick_label(value, frame.y.step));
  }
  for (int64_t i = 0; double(i) * frame.x_step <= frame.x_high; ++i) {
    const double value = double(i) * frame.x_step, left = frame.left(value);
    svg += fmt::format(
        "<line class=\"axis\" x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{}\" y2=\"{}\"/>"
        "<text class=\"tick\" text-anchor=\"middle\" x=\"{:.1f}\" y=\"{}\">{}</text>\n",
        left, left, bottom, bottom + 4, left, bottom + 16, tick_label(value, frame.x_step));
  }
  svg += fmt::format("<line class=\"axis\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>", kLeft, right, bottom,
                     bottom);
  svg += fmt::format("<text class=\"label\" x=\"{}\" y=\"{}\">{}</text>", kLeft, kTop - 10,
                     escape_html(chart.y_label));
  svg += fmt::format("<text class=\"label\" text-anchor=\"end\" x=\"{}\" y=\"{}\">{}</text>\n", right,
                     kHeight - 4, escape_html(chart.x_label));
  return svg;
}

std::string curve(const Frame& frame, const std::vector<Point>& points, const std::string& style) {
  std::string path;
  for (const Point& p : thin_out(points, kMostPoints))
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", frame.left(p.x), frame.top(p.y));
  return fmt::format("<path class=\"{}\" d=\"{}\"/>\n", style, path);
}

// Points few enough to be told apart, each with a tool tip.
std::string dots(const Frame& frame, const Series& series, const std::string& style,
                 const std::string& x_label) {
  if (series.smooth || series.points.size() > kMostDots) return "";
  std::string svg;
  for (const Point& p : series.points)
    svg += fmt::format(
        "<circle class=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.6\"><title>{}: {:.5g} at {} {:.0f}"
        "</title></circle>\n",
        style, frame.left(p.x), frame.top(p.y), escape_html(series.name), p.y, escape_html(x_label), p.x);
  return svg;
}

// The smoothing of a curve: a thirtieth of its points, but no less than 5.
std::vector<Point> shown(const Series& series) {
  if (!series.smooth) return series.points;
  return moving_average(series.points, std::max(5.0, double(series.points.size()) / 30));
}

}  // namespace

std::vector<Point> moving_average(const std::vector<Point>& points, double span) {
  const double decay = 1 - 1 / std::max(span, 1.0);
  std::vector<Point> result;
  double sum = 0, weight = 0;
  for (const Point& p : points) {
    sum = decay * sum + p.y;
    weight = decay * weight + 1;
    result.push_back({p.x, sum / weight});
  }
  return result;
}

std::vector<Point> thin_out(const std::vector<Point>& points, size_t count) {
  if (points.size() <= count) return points;
  std::vector<Point> result(count);
  for (size_t i = 0; i < count; ++i) {
    const size_t begin = i * points.size() / count, end = (i + 1) * points.size() / count;
    for (size_t j = begin; j < end; ++j) {
      result[i].x += points[j].x / double(end - begin);
      result[i].y += points[j].y / double(end - begin);
    }
  }
  return result;
}

Ticks choose_ticks(double low, double high, int intervals) {
  if (high <= low) {
    const double half = low == 0 ? 0.5 : std::abs(low) * 0.1;
    high = low + half;
    if (low != 0) low -= half;
  }
  const double ideal = (high - low) / intervals, power = std::pow(10, std::floor(std::log10(ideal)));
  double step = 10 * power;
  for (const double digit : {5.0, 2.5, 2.0, 1.0})
    if (digit * power >= ideal * 0.999) step = digit * power;
  // A hair of tolerance, or 0.3 / 0.1 would need a fourth interval.
  return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, step};
}

std::string tick_label(double value, double step) {
  if (std::abs(value) < step * 1e-6) return "0";
  if (step >= 1e6) return fmt::format("{:.4g}M", value / 1e6);
  if (step >= 500) return fmt::format("{:.4g}k", value / 1e3);
  if (step < 1e-4) return fmt::format("{:.3g}", value);
  int decimals = 0;
  for (double scaled = step; decimals < 5 && std::abs(scaled - std::round(scaled)) > 1e-6; scaled *= 10)
    ++decimals;
  return fmt::format("{:.{}f}", value, decimals);
}

std::string svg_chart(const Chart& chart) {
  std::string legend, curves;
  const Frame frame = make_frame(chart);
  for (size_t i = 0; i < chart.series.size(); ++i) {
    const Series& series = chart.series[i];
    if (series.points.empty()) continue;
    const std::vector<Point> points = shown(series);
    const std::string style = fmt::format("s{}", i);
    legend += fmt::format("<span class=\"key {}\">{} <b>{:.4g}</b></span>", style, escape_html(series.name),
                          points.back().y);
    if (series.smooth) curves += curve(frame, series.points, "curve faint " + style);
    curves += curve(frame, points, "curve " + style) + dots(frame, series, style, chart.x_label);
  }
  if (curves.empty()) return "";
  return fmt::format(
      "<figure class=\"chart\">\n<figcaption><h3>{0}</h3><div class=\"legend\">{1}</div></figcaption>\n"
      "<svg viewBox=\"0 0 {2} {3}\" role=\"img\" aria-label=\"{0}\">\n{4}{5}</svg>\n</figure>\n",
      escape_html(chart.title), legend, kWidth, kHeight, grid(frame, chart), curves);
}

}  // namespace huegrad
