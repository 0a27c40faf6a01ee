#include "net/confusion_chart.h"

#include <doctest/doctest.h>

#include "tests/support/text.h"

namespace huegrad {
namespace {

using test::contains;

// 60 of 80 pixels of "sky" right, 20 taken for "sea & sand"; no pixel of "sun".
ConfusionCounts three_classes() { return {{"sky", "sea & sand", "<sun>"}, {60, 20, 0, 1, 1999, 0, 0, 0, 0}}; }

}  // namespace

TEST_CASE("confusion chart: cells tell counts and shares of their row, names are escaped") {
  const std::string html = confusion_chart(three_classes());
  CHECK(contains(html, "<title>sky taken for sky: 60 of 80 pixels, 75.0 %</title>"));
  CHECK(contains(html, "<title>sky taken for sea &amp; sand: 20 of 80 pixels, 25.0 %</title>"));
  CHECK(contains(html, ">25</text>"));
  CHECK(contains(html, "fill-opacity=\"0.50\""));           // the root of 25 %
  CHECK_FALSE(contains(html, "taken for sky: 1 of 2000"));  // 0.05 % is left blank
  CHECK(contains(html, "&lt;sun&gt;"));
  CHECK_FALSE(contains(html, "<sun>"));
  CHECK_FALSE(contains(html, "nan"));
}

TEST_CASE("confusion chart: many classes have no numbers in their cells") {
  ConfusionCounts confusion{std::vector<std::string>(183, "class"), std::vector<int64_t>(183 * 183)};
  for (size_t c = 0; c < 183; ++c) confusion.pixels[c * 184] = 10;
  const std::string html = confusion_chart(confusion);
  CHECK(contains(html, "class taken for class: 10 of 10 pixels, 100.0 %"));
  CHECK_FALSE(contains(html, ">100</text>"));
}

TEST_CASE("confusion chart: IoU is sorted, and unknown for a class without pixels") {
  const std::string html = iou_bars(three_classes());
  CHECK(contains(html, "<b>99.0</b>"));  // 1999 of 2020
  CHECK(contains(html, "<b>74.1</b>"));  // 60 of 81
  CHECK(contains(html, "<b>–</b>"));
  CHECK(html.find("sea &amp;") < html.find("sky"));
  CHECK(html.find("sky:") < html.find("&lt;sun"));
}

TEST_CASE("confusion chart: nothing is drawn of counts that do not fit the classes") {
  CHECK(confusion_chart({{"a", "b"}, {}}).empty());
  CHECK(confusion_chart({{"a", "b"}, {1, 2, 3}}).empty());
  CHECK(confusion_chart({}).empty());
  CHECK(iou_bars({{"a", "b"}, {1, 2, 3}}).empty());
}

}  // namespace huegrad
