#include "net/bar_list.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/text.h"

namespace huegrad {

using test::contains;

TEST_CASE("bar list: the longest first, the unknown last, as long as their share of the largest") {
  const std::string html =
      bar_list({.title = "a < b",
                .hint = "hint",
                .decimals = 1,
                .bars = {{"half", 2, "tip"}, {"unknown", NAN, ""}, {"whole & all", 4, ""}}});
  CHECK(contains(html, "<h3>a &lt; b</h3>"));
  CHECK(contains(html, "<span>whole &amp; all</span><i style=\"--share:100.0%\"></i><b>4.0</b>"));
  CHECK(contains(html, "<li title=\"tip\"><span>half</span><i style=\"--share:50.0%\"></i><b>2.0</b>"));
  CHECK(contains(html, "<span>unknown</span><i style=\"--share:0.0%\"></i><b>–</b>"));
  CHECK(html.find("whole") < html.find("half"));
  CHECK(html.find("half") < html.find("unknown"));
}

TEST_CASE("bar list: bars of nothing but zeros are empty, no bars are no list") {
  CHECK(contains(bar_list({.title = "t", .hint = "", .bars = {{"zero", 0, ""}}}), "--share:0.0%"));
  CHECK(bar_list({.title = "t", .hint = "", .bars = {}}).empty());
}

}  // namespace huegrad
