// huegrad profile as a user calls it.
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/coloring.h"

namespace huegrad::test {
namespace {

nlohmann::json profile(std::vector<std::string> more) {
  const TemporaryFolder folder;
  more.insert(more.end(), {"--size", "32", "--device", "cpu", "--json"});
  const CommandResult result = run(folder, "profile", more);
  CHECK(result.err == "");
  REQUIRE(result.status == 0);
  return nlohmann::json::parse(result.out);
}

}  // namespace

TEST_CASE("profile: every layer that takes time, with shares that make a whole") {
  const nlohmann::json json = profile({"--batch", "2"});
  CHECK(json["mode"] == "inference");
  CHECK(json["input"] == std::vector<int>{2, 32, 32, 1});
  CHECK(json["copy_bytes_per_second"].get<double>() > 1e8);
  CHECK(json["product_flops_per_second"].get<double>() > 1e8);
  double shares = 0;
  std::set<std::string> layers;
  for (const nlohmann::json& row : json["layers"]) {
    CHECK(row["pass"] == "forward");
    CHECK(row["seconds"].get<double>() > 0);
    CHECK(row["bytes"].get<double>() > 0);
    shares += row["share"].get<double>();
    layers.insert(row["layer"].get<std::string>());
  }
  CHECK(shares == doctest::Approx(1));
  CHECK(layers.contains("conv1_1"));
  CHECK(layers.contains("semantic_concat"));
  CHECK_FALSE(layers.contains("norm1"));  // folded
  // 2 pictures, 32x32 outputs, 9 taps, 1 to 4 channels, two operations each.
  CHECK(json["layers"][0]["flops"] == 2.0 * 2 * 32 * 32 * 9 * 4);
  CHECK(json["layers"][0]["algorithm"] == "product");
}

TEST_CASE("profile: a training step has every layer twice, the loss and the update") {
  const nlohmann::json json = profile({"--train"});
  std::map<std::string, int> passes;
  for (const nlohmann::json& row : json["layers"]) ++passes[row["pass"].get<std::string>()];
  CHECK(passes["forward"] > 30);
  CHECK(passes["backward"] == passes["forward"]);
  CHECK(passes["loss"] == 1);
  CHECK(passes["update"] == 1);
  CHECK(json["whole_seconds"].is_null());
}

TEST_CASE("profile: a table for people, and one line for misuse") {
  const CommandResult table = huegrad({"profile", "--preset", "tiny", "--size", "16", "--device", "cpu"});
  CHECK(table.status == 0);
  CHECK(contains(table.out, "inference of tiny on cpu"));
  CHECK(contains(table.out, "all layers"));
  CHECK(contains(table.out, "in one run"));
  CHECK(huegrad({"profile", "--size", "12"}).status == 2);
  CHECK(huegrad({"profile", "--preset", "none"}).status == 2);
  const CommandResult precision = huegrad({"profile", "--device", "cpu", "--precision", "bf16"});
  CHECK(precision.status == 2);
  CHECK(contains(precision.err, "the CPU computes in fp32, not bf16"));
  const CommandResult conv = huegrad({"profile", "--device", "cpu", "--conv", "naive"});
  CHECK(conv.status == 2);
  CHECK(contains(conv.err, "cpu has no convolution 'naive'"));
  const CommandResult products = huegrad({"profile", "--device", "cpu", "--products", "fingers"});
  CHECK(products.status == 2);
  CHECK(contains(products.err, "cpu has no products 'fingers'"));
  CHECK(contains(products.err, "auto, vectors, tiles"));
  CHECK(profile({"--products", "vectors"})["products"] == "vectors");
  const CommandResult direct =
      huegrad({"profile", "--preset", "tiny", "--size", "16", "--device", "cpu", "--conv", "direct"});
  CHECK(direct.status == 0);
  CHECK(!contains(direct.out, "winograd  "));
}

}  // namespace huegrad::test
