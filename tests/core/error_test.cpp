#include "core/error.h"

#include <doctest/doctest.h>

using namespace huegrad;

TEST_CASE("error: what, where, hint") {
  CHECK(std::string(Error(ErrorKind::input, "what").what()) == "what");
  CHECK(std::string(Error(ErrorKind::input, "what", "where").what()) == "what (where)");
  CHECK(std::string(Error(ErrorKind::input, "what", "", "Hint").what()) == "what. Hint");
  CHECK(std::string(Error(ErrorKind::input, "what", "where", "Hint").what()) == "what (where). Hint");
  CHECK(int(Error(ErrorKind::environment, "what").kind()) == 3);
}

TEST_CASE("check: names the op") {
  check(true, "op", "never {}", 1);
  CHECK_THROWS_WITH_AS(check(false, "op", "{} and {}", 1, 2), "[op] 1 and 2", Error);
}
