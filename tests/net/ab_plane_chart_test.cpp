#include "net/ab_plane_chart.h"

#include <doctest/doctest.h>

#include "data/ab_bins.h"
#include "tests/support/text.h"

namespace huegrad {

using test::contains;

TEST_CASE("ab plane: every bin is at its place, as large as its value on a logarithmic scale") {
  std::vector<double> values(313, 0.01);
  const auto grey = size_t(AbBins::zhang313().nearest(0, 0)),
             red = size_t(AbBins::zhang313().nearest(60, 40));
  values[grey] = 1;
  values[red] = 0.1;
  values[0] = 0;
  const std::string html = ab_plane_chart({"Colours <1>", "% of & all", values});
  size_t squares = 0;
  for (size_t at = html.find("<rect"); at != std::string::npos; at = html.find("<rect", at + 1)) ++squares;
  CHECK(squares == 312);
  CHECK(contains(
      html, "x=\"-4.70\" y=\"-4.70\" width=\"9.40\" height=\"9.40\" fill=\"#9e9e9e\"><title>a 0, b 0: 1 %"));
  // Half way between 0.01 and 1; b = 40 lies above the middle.
  CHECK(contains(html, "x=\"57.27\" y=\"-42.73\" width=\"5.45\""));
  CHECK(contains(html, "a 60, b 40: 0.1 % of &amp; all"));
  CHECK(contains(html, "Colours &lt;1&gt;"));
  CHECK_FALSE(contains(html, "nan"));
  CHECK_FALSE(contains(html, "inf"));
}

TEST_CASE("ab plane: equal values make equal squares, other numbers of bins none") {
  const std::string html = ab_plane_chart({"t", "u", std::vector<double>(313, 0.5)});
  CHECK(contains(html, "width=\"9.40\""));
  CHECK_FALSE(contains(html, "width=\"1.50\""));
  CHECK_FALSE(contains(html, "nan"));
  CHECK(ab_plane_chart({"t", "u", {}}).empty());
  CHECK(ab_plane_chart({"t", "u", std::vector<double>(312, 1)}).empty());
}

}  // namespace huegrad
