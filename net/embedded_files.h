// Files that are part of the program, so that one binary is enough: the presets, the model that ships
// and the page of training reports. CMake lists them (net/presets/*.json, net/models/*.safetensors,
// net/report/*.html) and the assembler includes their bytes.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace huegrad {

struct EmbeddedFile {
  std::string_view name;             // below net/: "presets/voc.json"
  std::span<const std::byte> bytes;  // 64-byte aligned
};

// Sorted by name.
std::span<const EmbeddedFile> embedded_files();

// Null if this build holds no file of that name.
const EmbeddedFile* find_embedded_file(std::string_view name);

}  // namespace huegrad
