// The photographs of data/demo as a pack, for tests that need real pictures.
#pragma once
#include <filesystem>
#include <string>

#include "data/prepare.h"
#include "tests/support/source.h"

namespace huegrad::test {

inline std::filesystem::path make_demo_pack(const std::filesystem::path& path, int64_t size = 64) {
  const Dataset dataset = list_folder(source_folder() / "data/demo");
  prepare_pack(dataset, path, {.size = size}, [](int64_t, const std::string&) { return true; });
  return path;
}

}  // namespace huegrad::test
