// Line charts as inline SVG. Colours come from the page's style sheet: classes s0, s1, s2 of series and
// classes grid, tick and label.
#pragma once
#include <string>
#include <vector>

namespace huegrad {

struct Point {
  double x = 0, y = 0;
};

struct Series {
  std::string name;
  std::vector<Point> points;  // in order of x; y finite
  bool smooth = false;  // many noisy points: the curve is their moving average, over a faint trace of them
};

struct Chart {
  std::string title, x_label, y_label;
  bool from_zero = false;      // the y axis starts at 0
  std::vector<Series> series;  // those without points are left out
};

// A <figure> with title, legend with the latest values, axes and curves; empty when no series has points.
std::string svg_chart(const Chart& chart);

// Exponential moving average over about `span` points, unbiased at its beginning.
std::vector<Point> moving_average(const std::vector<Point>& points, double span);

// At most `count` points: means of neighbours.
std::vector<Point> thin_out(const std::vector<Point>& points, size_t count);

// Round numbers from at most low to at least high, about `intervals` apart.
struct Ticks {
  double low = 0, high = 1, step = 1;
};
Ticks choose_ticks(double low, double high, int intervals);

// A number as briefly as a tick of that step needs: 0.35, 12.5k, 2e-05.
std::string tick_label(double value, double step);

}  // namespace huegrad
