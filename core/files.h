// Reading and writing whole files so that nothing is ever half-written.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace huegrad {

// Whole content. Throws Error(input) when the file cannot be read or is larger than max_bytes.
std::vector<uint8_t> read_file(const std::filesystem::path& path, int64_t max_bytes = int64_t(1) << 32);

// A file that appears under its name complete or not at all: written under a temporary name in the same
// folder (which is created if missing), flushed to disk and renamed by commit(); discarded otherwise. A
// device or pipe is written to directly. Throws Error(environment), naming the cause (disk full, no
// permission).
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write_at(int64_t offset, std::span<const std::byte> bytes);
  int64_t size() const { return size_; }
  void commit();

 private:
  [[noreturn]] void fail(std::string_view action) const;
  void discard() const;

  std::filesystem::path path_, temporary_;
  std::FILE* file_ = nullptr;
  int64_t size_ = 0;
};

void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_file(const std::filesystem::path& path, std::string_view text);

// Throws Error(input) naming the file and, for a syntax error, the place.
nlohmann::json read_json(const std::filesystem::path& path);
void write_json(const std::filesystem::path& path, const nlohmann::json& json);

// A read-only view of a file in memory, mapped by the operating system.
class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }
  // Gives back the memory that was read so far; what is used again is read again.
  void release_pages() const;

 private:
  std::span<const std::byte> bytes_;
};

// 64-bit XXH3 of the bytes.
uint64_t checksum(std::span<const std::byte> bytes);

}  // namespace huegrad
