// JPEG files through stb_image and stb_image_resize, as a program without libraries would read them.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace huegrad::peers {

// 8-bit RGB, (side, side, 3). Throws Error(input) when the file cannot be read.
std::vector<uint8_t> read_picture_with_stb(const std::string& path, int64_t side);

}  // namespace huegrad::peers
