#include "benchmarks/peers/stb_pictures.h"

#include <memory>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#include <stb_image.h>

#define STB_IMAGE_RESIZE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_STATIC
#include <stb_image_resize.h>

#include "core/error.h"

namespace huegrad::peers {

std::vector<uint8_t> read_picture_with_stb(const std::string& path, int64_t side) {
  int width = 0, height = 0, channels = 0;
  const std::unique_ptr<stbi_uc, decltype(&stbi_image_free)> pixels(
      stbi_load(path.c_str(), &width, &height, &channels, 3), stbi_image_free);
  if (!pixels) throw Error(ErrorKind::input, "stb_image cannot read it", path);
  std::vector<uint8_t> small(size_t(side * side * 3));
  stbir_resize_uint8(pixels.get(), width, height, 0, small.data(), int(side), int(side), 0, 3);
  return small;
}

}  // namespace huegrad::peers
