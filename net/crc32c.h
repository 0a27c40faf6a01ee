// CRC-32C (Castagnoli; polynomial 0x1edc6f41, reflected), the checksum of RFC 3720 and of TFRecord files.
#pragma once
#include <cstdint>
#include <string_view>

namespace huegrad {

uint32_t crc32c(std::string_view bytes);

}  // namespace huegrad
