// Calls of huegrad colorize and segment with a small random model, and what their tests look at.
#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "net/model_file.h"
#include "tests/support/command.h"
#include "tests/support/pictures.h"
#include "tests/support/small_network.h"
#include "tests/support/source.h"
#include "tests/support/text.h"

namespace huegrad::test {

inline const std::filesystem::path kDemo = source_folder() / "data/demo";

inline std::string small_model(const TemporaryFolder& folder) {
  const std::filesystem::path path = folder / "model.safetensors";
  if (!std::filesystem::exists(path)) save_model(path, small_network(), {{"origin", "test"}});
  return path.string();
}

// `huegrad COMMAND ARGUMENTS --model SMALL`.
inline CommandResult run(const TemporaryFolder& folder, const std::string& command,
                         std::vector<std::string> arguments, const std::string& input = "") {
  arguments.insert(arguments.begin(), command);
  arguments.insert(arguments.end(), {"--model", small_model(folder)});
  return test::huegrad(arguments, input);
}

inline CommandResult colorize(const TemporaryFolder& folder, const std::vector<std::string>& arguments,
                              const std::string& input = "") {
  return run(folder, "colorize", arguments, input);
}

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace huegrad::test
