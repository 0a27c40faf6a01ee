// The safetensors format (github.com/huggingface/safetensors): eight bytes with the length of a JSON header,
// the header ({"name": {"dtype", "shape", "data_offsets"}, ..., "__metadata__": {text: text}}), then the
// numbers, little-endian and row-major. Files written here load in Python unchanged; files from anywhere are
// checked before any of their numbers is touched.
#pragma once
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/tensor.h"

namespace huegrad {

enum class StoredType { f64, f32, f16, bf16, i64, i32, u8 };

int64_t size_of(StoredType type);             // bytes
std::string_view to_string(StoredType type);  // "F32", as in the file

// One tensor of a file. `bytes` belongs to whoever made the entry and need not be aligned.
struct StoredTensor {
  std::string name;
  StoredType type = StoredType::f32;
  Shape shape;
  std::span<const std::byte> bytes;
};

using SafetensorsMetadata = std::map<std::string, std::string>;

// The tensor's own bytes, which must live as long as the entry.
StoredTensor stored(const std::string& name, const Tensor& tensor);

// A copy in memory; F16 becomes float32. Throws Error(input) for I64, which tensors cannot hold.
Tensor to_tensor(const StoredTensor& stored, Device device = {});

// Tensors of larger elements come first, so that every tensor is aligned. Throws Error(usage) when two have
// the same name or a tensor's bytes do not fit its shape, Error(environment) when the file cannot be written.
void write_safetensors(const std::filesystem::path& path, const SafetensorsMetadata& metadata,
                       std::vector<StoredTensor> tensors);

class SafetensorsFile {
 public:
  // Maps the file. Throws Error(input), saying what the file is instead if that can be seen (a Git LFS
  // pointer, a web page, a PyTorch archive), or what is wrong with it.
  explicit SafetensorsFile(const std::filesystem::path& path);
  // Reads `bytes`, which must outlive this object; `name` is for messages.
  SafetensorsFile(std::span<const std::byte> bytes, std::string name);

  const SafetensorsMetadata& metadata() const { return metadata_; }
  const std::vector<StoredTensor>& tensors() const { return tensors_; }  // in the order of the file
  const StoredTensor* find(const std::string& name) const;               // null if absent
  const std::string& name() const { return name_; }
  int64_t bytes() const { return bytes_; }  // of the whole file
  // As MappedFile's; nothing for bytes in memory.
  void release_pages() const;

 private:
  void parse(std::span<const std::byte> bytes);

  std::vector<MappedFile> mapping_;  // none for bytes in memory
  std::string name_;
  int64_t bytes_ = 0;
  SafetensorsMetadata metadata_;
  std::vector<StoredTensor> tensors_;
  std::map<std::string, size_t> index_;
};

}  // namespace huegrad
