#include "net/svg_chart.h"

#include <doctest/doctest.h>

#include <string>

namespace huegrad {
namespace {

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("svg_chart: ticks are round and enclose the data") {
  const auto is = [](Ticks ticks, double low, double high, double step) {
    CHECK(ticks.low == doctest::Approx(low));
    CHECK(ticks.high == doctest::Approx(high));
    CHECK(ticks.step == doctest::Approx(step));
  };
  is(choose_ticks(0, 1, 5), 0, 1, 0.2);
  is(choose_ticks(3.41, 4.02, 4), 3.4, 4.2, 0.2);
  is(choose_ticks(0, 0.3, 3), 0, 0.3, 0.1);
  is(choose_ticks(-7, 95, 4), -50, 100, 50);
  is(choose_ticks(0, 0, 4), 0, 0.6, 0.2);
  CHECK(choose_ticks(5, 5, 4).low < 5);
  CHECK(choose_ticks(5, 5, 4).high > 5);
  CHECK(choose_ticks(-5, -5, 4).low < -5);
}

TEST_CASE("svg_chart: labels say no more than their step needs") {
  CHECK(tick_label(0.35, 0.05) == "0.35");
  CHECK(tick_label(2, 0.5) == "2.0");
  CHECK(tick_label(20, 10) == "20");
  CHECK(tick_label(1e-17, 0.1) == "0");
  CHECK(tick_label(12500, 2500) == "12.5k");
  CHECK(tick_label(3e6, 1e6) == "3M");
  CHECK(tick_label(2e-5, 1e-5) == "2e-05");
}

TEST_CASE("svg_chart: a moving average keeps constants and follows changes") {
  const std::vector<Point> flat = moving_average({{1, 3}, {2, 3}, {3, 3}}, 10);
  CHECK(flat[0].y == doctest::Approx(3));
  CHECK(flat[2].y == doctest::Approx(3));
  const std::vector<Point> rising = moving_average({{1, 0}, {2, 1}}, 2);  // weights 1/2 and 1
  CHECK(rising[1].y == doctest::Approx(2.0 / 3));
  CHECK(rising[1].x == 2);
}

TEST_CASE("svg_chart: thinning keeps the mean") {
  std::vector<Point> points;
  for (int i = 0; i < 1003; ++i) points.push_back({double(i), 2.0 * i});
  const std::vector<Point> few = thin_out(points, 10);
  REQUIRE(few.size() == 10);
  CHECK(few[0].x == doctest::Approx(49.5));
  CHECK(few[9].y == doctest::Approx(2 * few[9].x));
  CHECK(thin_out(points, 2000).size() == 1003);
}

TEST_CASE("svg_chart: draws what has points and escapes names") {
  const Chart chart{.title = "a < b",
                    .x_label = "step",
                    .y_label = "nats & bits",
                    .series = {{.name = "noisy", .points = {{1, 2}, {2, 4}}, .smooth = true},
                               {.name = "nothing", .points = {}},
                               {.name = "one", .points = {{2, 3}}}}};
  const std::string svg = svg_chart(chart);
  CHECK(svg.find("a &lt; b") != std::string::npos);
  CHECK(svg.find("nats &amp; bits") != std::string::npos);
  CHECK(svg.find("nothing") == std::string::npos);
  CHECK(count(svg, "<path") == 3);    // trace and average, and the other curve
  CHECK(count(svg, "<circle") == 1);  // no dots on noise
  CHECK(svg.find("nan") == std::string::npos);
  CHECK(svg_chart({.title = "t", .x_label = "", .y_label = "", .series = {{.name = "n", .points = {}}}})
            .empty());
}

}  // namespace huegrad
