// huegrad summary as a user calls it.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/support/command.h"

namespace huegrad::test {
namespace {

std::string printed(const std::vector<std::string>& arguments) {
  const CommandResult result = huegrad(arguments);
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  return result.out;
}

}  // namespace

TEST_CASE("summary: the published figures") {
  const std::string zhang = printed({"summary", "--preset", "zhang"});
  for (const char* figure : {"32,230,393", "31.98"}) CHECK(zhang.find(figure) != std::string::npos);
  for (const char* preset : {"voc", "coco-stuff"})
    CHECK(printed({"summary", "--preset", preset}).find("147.5 MB") != std::string::npos);
}

TEST_CASE("summary: JSON, and what --size and --batch multiply") {
  const auto json = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"summary", "--preset", "tiny", "--json"});
    return nlohmann::json::parse(printed(more));
  };
  const nlohmann::json one = json({"--size", "64"});
  CHECK(one["config"]["preset"] == "tiny");
  CHECK(one["layers"].size() > 20);
  CHECK(json({"--size", "128", "--batch", "3"})["macs"] == 12 * one["macs"].get<int64_t>());
}

}  // namespace huegrad::test
