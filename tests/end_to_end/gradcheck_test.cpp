// huegrad gradcheck, as a user calls it.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/command.h"

namespace huegrad::test {

TEST_CASE("gradcheck: a table that ends in a verdict") {
  const CommandResult result = huegrad({"gradcheck", "--layer", "conv2d"});
  CHECK(result.status == 0);
  CHECK(result.out.find("3x3, dilation 2, ReLU") != std::string::npos);
  CHECK(result.out.find("15 of 15 pass. Worst relative error: ") != std::string::npos);
  CHECK(result.err.empty());
}

TEST_CASE("gradcheck: JSON names every case and its errors") {
  const CommandResult result = huegrad({"gradcheck", "--layer", "relu", "--device", "reference", "--json"});
  CHECK(result.status == 0);
  const nlohmann::json json = nlohmann::json::parse(result.out);
  CHECK(json["passed"] == true);
  CHECK(json["device"] == "reference");
  REQUIRE(json["cases"].size() == 1);
  CHECK(json["cases"][0]["error"].get<double>() <= 1e-6);
}

TEST_CASE("gradcheck: an unknown function or device is a usage error that lists what there is") {
  const CommandResult layer = huegrad({"gradcheck", "--layer", "conv3d"});
  CHECK(layer.status == 2);
  CHECK(layer.err.find("huegrad: error: no such layer (--layer conv3d). Use one of add, ") == 0);
  CHECK(layer.err.find("conv2d") != std::string::npos);
  CHECK(huegrad({"gradcheck", "--device", "abacus"}).status == 2);
}

}  // namespace huegrad::test
