#include "net/summary.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "tests/support/text.h"

using namespace huegrad;
using test::contains;

namespace {

std::string table(const std::string& preset) { return to_table(summarize(load_preset(preset), 1, 224, 224)); }

}  // namespace

TEST_CASE("summary: the published figures") {
  CHECK(contains(table("zhang"), "32,230,393 of convolutions"));
  CHECK(contains(table("zhang"), "128.9 MB"));
  CHECK(contains(table("zhang"), "31.98 GMAC"));
  CHECK(contains(table("voc"), "147.5 MB"));
  CHECK(contains(table("coco-stuff"), "147.5 MB"));
  CHECK(contains(table("coco-stuff"), "183 classes"));
  const Summary zhang = summarize(load_preset("zhang"), 1, 256, 256);
  CHECK(double(zhang.macs) * 2e-9 == doctest::Approx(83.54).epsilon(1e-4));  // GFLOP, Open Model Zoo: 83.60
}

TEST_CASE("summary: totals are the sums of the layers, in both formats") {
  const Summary summary = summarize(load_preset("tiny"), 2, 24, 40);
  const nlohmann::json json = to_json(summary);
  int64_t parameters = 0, macs = 0, bytes = 0;
  for (const auto& layer : json["layers"]) {
    CAPTURE(layer["name"]);
    parameters += layer["parameters"].get<int64_t>();
    macs += layer["macs"].get<int64_t>();
    bytes += layer["activation_bytes"].get<int64_t>();
    CHECK(contains(to_table(summary), layer["name"].get<std::string>()));
  }
  CHECK(json["parameters"] == parameters);
  CHECK(json["macs"] == macs);
  CHECK(json["activation_bytes"] == bytes);
  CHECK(json["layers"][0]["activation_bytes"] == 4 * 2 * 24 * 40 * 16);
  CHECK(json["config"]["preset"] == "tiny");
}

TEST_CASE("summary: sizes that the network cannot take") {
  CHECK_THROWS_AS(summarize(load_preset("tiny"), 1, 100, 96), Error);
  CHECK_THROWS_AS(summarize(load_preset("tiny"), 1, 0, 8), Error);
}
