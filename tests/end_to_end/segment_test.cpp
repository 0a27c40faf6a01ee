// huegrad segment as a user calls it.
#include <doctest/doctest.h>

#include "data/label_map.h"
#include "tests/support/coloring.h"

using namespace huegrad;
using test::colorize;
using test::CommandResult;
using test::contains;
using test::kDemo;
using test::run;
using test::TemporaryFolder;

namespace fs = std::filesystem;

TEST_CASE("segment: label maps and overlays") {
  const TemporaryFolder folder;
  const fs::path out = folder / "out";
  const CommandResult result =
      run(folder, "segment", {(kDemo / "cat.jpg").string(), "-o", out.string(), "--overlay", "--json"});
  REQUIRE(result.status == 0);
  const Image cat = read_image(kDemo / "cat.jpg"), over = read_image(out / "cat.overlay.png");
  const LabelMap map = read_label_png(out / "cat.png");
  CHECK(map.width == cat.width);
  CHECK(map.height == cat.height);
  CHECK(over.width == cat.width);
  CHECK(*std::max_element(map.labels.begin(), map.labels.end()) < 21);
  double sum = 0;
  const nlohmann::json shares = nlohmann::json::parse(result.out)["classes"];
  for (const nlohmann::json& share : shares) sum += share.get<double>();
  CHECK(sum == doctest::Approx(1));
  CHECK(run(folder, "segment", {(kDemo / "cat.jpg").string(), "-o", folder / "labels.jpg"}).status == 2);
}

TEST_CASE("segment: a model without a semantic branch") {
  const TemporaryFolder folder;
  save_model(folder / "model.safetensors", test::small_network(false), nlohmann::json::object());
  const CommandResult result =
      run(folder, "segment", {(kDemo / "cat.jpg").string(), "-o", folder / "labels.png"});
  CHECK(result.status == 2);
  CHECK(contains(result.err, "no semantic branch"));
  CHECK(colorize(folder, {(kDemo / "cat.jpg").string(), "-o", folder / "out.png"}).status == 0);
}
