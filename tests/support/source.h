// Where the repository's files are that tests read: where it was compiled, or HUEGRAD_TEST_SOURCE for
// programs that were carried to another machine.
#pragma once
#include <cstdlib>
#include <filesystem>

namespace huegrad::test {

inline std::filesystem::path source_folder() {
  const char* other = std::getenv("HUEGRAD_TEST_SOURCE");
  return other ? other : HUEGRAD_SOURCE_DIR;
}

}  // namespace huegrad::test
