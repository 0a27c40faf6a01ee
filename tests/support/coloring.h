// Calls of huegrad colorize and segment with a small random model, and what their tests look at.
#pragma once
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "data/color.h"
#include "data/image.h"
#include "net/model_file.h"
#include "tests/support/command.h"
#include "tests/support/compare.h"
#include "tests/support/small_network.h"
#include "tests/support/text.h"

namespace huegrad::test {

inline const std::filesystem::path kDemo = std::filesystem::path(HUEGRAD_SOURCE_DIR) / "data/demo";

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

inline Image noise(int64_t width, int64_t height, int64_t channels, int bit_depth = 8) {
  Image image = Image::make(width, height, channels, bit_depth);
  const auto values = random_values<double>(image.sample_count(), 3, 0, 1);
  for (size_t i = 0; i < values.size(); ++i) {
    if (bit_depth == 16)
      image.samples16[i] = uint16_t(values[i] * 65535);
    else
      image.samples8[i] = uint8_t(values[i] * 255);
  }
  return image;
}

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline double worst_grey_step(const Image& a, const Image& b) {
  const std::vector<float> la = grey_levels(lightness(a)), lb = grey_levels(lightness(b));
  double worst = 0;
  for (size_t i = 0; i < la.size(); ++i) worst = std::max(worst, std::abs(double(la[i]) - double(lb[i])));
  return worst;
}

}  // namespace huegrad::test
