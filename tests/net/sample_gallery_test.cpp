#include "net/sample_gallery.h"

#include <doctest/doctest.h>

#include "tests/support/text.h"

namespace huegrad {

using nlohmann::json;
using test::contains;

TEST_CASE("gallery: shows the latest sheet and links to all, each with its columns") {
  const std::vector<json> epochs = {
      {{"epoch", 1}, {"step", 10}, {"validation", {{"psnr", 21.5}}}},
      {{"epoch", 2}, {"step", 18}, {"sample_columns", {"old"}}},
      {{"epoch", 2}, {"step", 20}, {"sample_columns", {"grey", "<b>", "true labels"}}}};
  const std::string html =
      sample_gallery({{"samples/epoch_001.png", "samples/epoch_002.png"}, epochs, {"sky & sea"}});
  CHECK(contains(html,
                 "<a href=\"samples/epoch_001.png\" data-columns=\"grey|predicted, bilinear|truth\">"
                 "epoch 1, step 10, PSNR 21.50 dB</a>"));
  CHECK(contains(html,
                 "<a href=\"samples/epoch_002.png\" data-columns=\"grey|&lt;b&gt;|true labels\">"
                 "epoch 2, step 20</a>"));  // drawn again after step 18
  CHECK(contains(
      html,
      "<img loading=\"lazy\" src=\"samples/epoch_002.png\" alt=\"Sample pictures of epoch 2, step 20\">"));
  CHECK(contains(html, "<span>&lt;b&gt;</span>"));
  CHECK(contains(html, "max=\"2\" value=\"2\""));
  CHECK(contains(html, "<i style=\"background:#000000\"></i>sky &amp; sea"));
  CHECK(contains(html, "<i style=\"background:#e0e0c0\"></i>no label"));
}

TEST_CASE("gallery: sheets without labels need no palette, sheets without an event keep their name") {
  const std::string html = sample_gallery({{"samples/epoch_007.png"}, {}, {"sky"}});
  CHECK(contains(html, ">epoch_007</a>"));
  CHECK_FALSE(contains(html, "sky"));
  CHECK(sample_gallery({{}, {}, {"sky"}}).empty());
}

}  // namespace huegrad
