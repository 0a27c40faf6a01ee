#include "core/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"

namespace huegrad {

namespace fs = std::filesystem;

std::vector<uint8_t> read_file(const fs::path& path, int64_t max_bytes) {
  std::error_code error;
  if (fs::is_directory(path, error))
    throw Error(ErrorKind::input, "a folder where a file was wanted", path.string());
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file)
    throw Error(ErrorKind::input, fmt::format("cannot open file: {}", std::strerror(errno)), path.string());
  const int64_t size = file.tellg();
  if (size < 0 || size > max_bytes)
    throw Error(ErrorKind::input,
                fmt::format("file of {} MiB is larger than the limit of {} MiB", size >> 20, max_bytes >> 20),
                path.string());
  std::vector<uint8_t> bytes(static_cast<size_t>(size));
  file.seekg(0);
  if (!file.read(reinterpret_cast<char*>(bytes.data()), size))
    throw Error(ErrorKind::input, "cannot read file to its end", path.string());
  return bytes;
}

AtomicFile::AtomicFile(const fs::path& path) : path_(path) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  temporary_ = path;
  // A device or pipe is written to, never replaced.
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status))
    throw Error(ErrorKind::usage, "a folder is in the place of the file to write", path.string(),
                "Name a file");
  if (!fs::exists(status) || fs::is_regular_file(status)) temporary_ += fmt::format(".tmp{}", ::getpid());
  file_ = std::fopen(temporary_.c_str(), "wb");
  if (!file_) fail("create");
}

AtomicFile::~AtomicFile() {
  if (!file_) return;
  std::fclose(file_);
  discard();
}

void AtomicFile::discard() const {
  std::error_code ignored;
  if (temporary_ != path_) fs::remove(temporary_, ignored);
}

void AtomicFile::fail(std::string_view action) const {
  const int code = errno;
  throw Error(ErrorKind::environment, fmt::format("cannot {} file: {}", action, std::strerror(code)),
              path_.string(),
              code == ENOSPC || code == EDQUOT ? "Free some disk space and run again"
              : code == EFBIG                  ? "Raise the limit on file sizes (ulimit -f)"
                                               : "");
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  if (bytes.empty()) return;  // data() may be null, which fwrite does not allow
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail("write");
  size_ += int64_t(bytes.size());
}

void AtomicFile::write_at(int64_t offset, std::span<const std::byte> bytes) {
  if (::fseeko(file_, offset, SEEK_SET) != 0) fail("seek in");
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail("write");
  if (::fseeko(file_, size_, SEEK_SET) != 0) fail("seek in");
}

void AtomicFile::commit() {
  if (std::fflush(file_) != 0) fail("write");
  if (::fsync(::fileno(file_)) != 0 && errno != EINVAL) fail("write");  // a pipe has nothing to sync
  const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
  if (!closed || (temporary_ != path_ && std::rename(temporary_.c_str(), path_.c_str()) != 0)) {
    const int code = errno;
    discard();
    errno = code;
    fail("write");
  }
}

void write_file(const fs::path& path, std::span<const std::byte> bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

void write_file(const fs::path& path, std::string_view text) {
  write_file(path, std::as_bytes(std::span(text.data(), text.size())));
}

nlohmann::json read_json(const fs::path& path) {
  const std::vector<uint8_t> bytes = read_file(path, int64_t(1) << 28);
  try {
    return nlohmann::json::parse(bytes.begin(), bytes.end());
  } catch (const nlohmann::json::parse_error& error) {
    throw Error(ErrorKind::input, fmt::format("not valid JSON at byte {}", error.byte), path.string());
  }
}

void write_json(const fs::path& path, const nlohmann::json& json) { write_file(path, json.dump(2) + "\n"); }

MappedFile::MappedFile(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    const int code = errno;
    if (descriptor >= 0) ::close(descriptor);
    throw Error(
        ErrorKind::input,
        fmt::format("cannot open file: {}", descriptor < 0 ? std::strerror(code) : "not a regular file"),
        path.string());
  }
  void* address = nullptr;
  if (status.st_size > 0)
    address = ::mmap(nullptr, size_t(status.st_size), PROT_READ, MAP_SHARED, descriptor, 0);
  ::close(descriptor);
  if (address == MAP_FAILED)
    throw Error(ErrorKind::environment, fmt::format("cannot map file: {}", std::strerror(errno)),
                path.string());
  bytes_ = {static_cast<const std::byte*>(address), size_t(status.st_size)};
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

void MappedFile::release_pages() const {
  if (!bytes_.empty()) ::madvise(const_cast<std::byte*>(bytes_.data()), bytes_.size(), MADV_DONTNEED);
}

uint64_t checksum(std::span<const std::byte> bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace huegrad
