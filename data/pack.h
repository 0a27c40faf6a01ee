// A data set in one file: pictures and labels at the size they are trained on, mapped into memory.
//
// Little-endian. At 0 the header; then the pixels and labels of one picture after the other; then the index
// (one PackEntry per picture), the names and the metadata (JSON). The header's checksum covers the header
// and everything from the index on and is verified when a pack is opened; each picture has its own checksum,
// which verify() looks at.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/files.h"
#include "data/image.h"
#include "data/label_map.h"
#include "data/pack_metadata.h"

namespace huegrad {

inline constexpr uint32_t kPackVersion = 1;

struct PackHeader {
  char magic[8];          // "\x89HGPACK\n"
  uint32_t version;       // kPackVersion
  uint32_t reserved;      // 0
  uint64_t count;         // number of pictures
  uint64_t index_offset;  // where the index begins: count entries, then the names, then the metadata
  uint64_t names_bytes;
  uint64_t metadata_bytes;
  uint64_t file_bytes;
  uint64_t checksum;  // of the header with this field 0, and of the bytes from index_offset to the end
};

struct PackEntry {
  uint64_t offset;    // of the pixels (height, width, 3), after which the labels (height, width) come
  uint64_t checksum;  // of pixels and labels
  uint32_t width, height;
  uint32_t has_labels;  // 0 or 1
  uint32_t name_bytes;
  uint64_t name_offset;  // among the names
};

// A view of one picture in a pack.
struct PackPicture {
  std::string_view name;
  int64_t width, height;
  std::span<const uint8_t> pixels;  // (height, width, 3) sRGB
  std::span<const uint8_t> labels;  // (height, width); empty when the picture has none
};

class Pack {
 public:
  // Throws Error(input) when the file is no pack, of another version, truncated or damaged.
  explicit Pack(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const PackMetadata& metadata() const { return metadata_; }
  int64_t size() const { return int64_t(index_.size()); }
  PackPicture picture(int64_t i) const;  // valid as long as the pack; 0 <= i < size()

  // Throws Error(input) naming the first picture whose bytes are not those that were packed, or whose labels
  // are none of the classes.
  void verify() const;

 private:
  [[noreturn]] void fail(std::string_view what) const;
  PackHeader read_header() const;
  void check_entries(uint64_t data_end) const;

  std::filesystem::path path_;
  MappedFile file_;
  std::vector<PackEntry> index_;
  std::string_view names_;
  PackMetadata metadata_;
};

// Writes a pack picture by picture; nothing appears under the path before commit().
class PackWriter {
 public:
  explicit PackWriter(const std::filesystem::path& path);

  // image: 8-bit RGB; labels: none, or of the same size.
  void add(std::string_view name, const Image& image, const LabelMap* labels);
  int64_t size() const { return int64_t(index_.size()); }
  void commit(const PackMetadata& metadata);

 private:
  AtomicFile file_;
  std::vector<PackEntry> index_;
  std::string names_;
};

}  // namespace huegrad
