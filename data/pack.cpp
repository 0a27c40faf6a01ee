#include "data/pack.h"

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/error.h"

namespace huegrad {
namespace {

static_assert(std::endian::native == std::endian::little, "packs are little-endian");
static_assert(sizeof(PackHeader) == 64 && sizeof(PackEntry) == 40,
              "the file holds these structs as they are");

constexpr char kMagic[9] = "\x89HGPACK\n";
constexpr uint64_t kMaxSide = 1 << 20;

template <class T>
std::span<const std::byte> bytes_of(const T& object) {
  return std::as_bytes(std::span(&object, 1));
}

// Of the header without its checksum, chained with that of the rest.
uint64_t header_checksum(PackHeader header, std::span<const std::byte> rest) {
  header.checksum = checksum(rest);
  return checksum(bytes_of(header));
}

uint64_t payload_bytes(const PackEntry& entry) {
  return uint64_t(entry.width) * entry.height * (entry.has_labels ? 4 : 3);
}

}  // namespace

Pack::Pack(const std::filesystem::path& path) : path_(path), file_(path) {
  const PackHeader header = read_header();
  const std::span<const std::byte> tail = file_.bytes().subspan(header.index_offset);
  if (header_checksum(header, tail) != header.checksum) fail("its index is damaged");

  index_.resize(header.count);
  const size_t index_bytes = header.count * sizeof(PackEntry);
  std::memcpy(index_.data(), tail.data(), index_bytes);
  const auto* text = reinterpret_cast<const char*>(tail.data()) + index_bytes;
  names_ = {text, header.names_bytes};
  check_entries(header.index_offset);
  try {
    metadata_ = pack_metadata_from_json(
        nlohmann::json::parse(text + header.names_bytes, text + header.names_bytes + header.metadata_bytes),
        path.string());
  } catch (const nlohmann::json::exception&) {
    fail("its metadata is not JSON");
  }
}

void Pack::fail(std::string_view what) const {
  throw Error(ErrorKind::input, fmt::format("cannot use this pack: {}", what), path_.string(),
              "Make it again with huegrad prepare");
}

PackHeader Pack::read_header() const {
  const std::span<const std::byte> bytes = file_.bytes();
  PackHeader header{};
  if (bytes.size() < sizeof(header) || std::memcmp(bytes.data(), kMagic, sizeof(header.magic)) != 0)
    throw Error(ErrorKind::input, "not a pack", path_.string(), "Packs are made by huegrad prepare");
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.version != kPackVersion)
    fail(fmt::format("it is of version {}, this program reads version {}", header.version, kPackVersion));
  if (header.file_bytes != bytes.size())
    fail(fmt::format("it should have {} bytes, but has {}; the copy may be incomplete", header.file_bytes,
                     bytes.size()));
  // Every subtraction below is of something that was just found to be no larger.
  if (header.index_offset < sizeof(header) || header.index_offset > bytes.size())
    fail("its header is damaged");
  uint64_t left = bytes.size() - header.index_offset;
  if (header.count == 0 || header.count > left / sizeof(PackEntry)) fail("its header is damaged");
  left -= header.count * sizeof(PackEntry);
  if (header.names_bytes > left || header.metadata_bytes != left - header.names_bytes)
    fail("its header is damaged");
  return header;
}

// After this no view of a picture can reach outside the file.
void Pack::check_entries(uint64_t data_end) const {
  for (const PackEntry& entry : index_) {
    const bool possible =
        entry.width > 0 && entry.height > 0 && entry.width <= kMaxSide && entry.height <= kMaxSide &&
        entry.has_labels <= 1 && entry.offset >= sizeof(PackHeader) && entry.offset <= data_end &&
        payload_bytes(entry) <= data_end - entry.offset && entry.name_offset <= names_.size() &&
        entry.name_bytes <= names_.size() - entry.name_offset;
    if (!possible) fail(fmt::format("picture {} lies outside of it", &entry - index_.data()));
  }
}

PackPicture Pack::picture(int64_t i) const {
  const PackEntry& entry = index_[size_t(i)];
  const auto* first = reinterpret_cast<const uint8_t*>(file_.bytes().data()) + entry.offset;
  const size_t area = size_t(entry.width) * entry.height;
  return {.name = names_.substr(entry.name_offset, entry.name_bytes),
          .width = entry.width,
          .height = entry.height,
          .pixels = {first, area * 3},
          .labels = {first + area * 3, entry.has_labels ? area : 0}};
}

void Pack::verify() const {
  for (int64_t i = 0; i < size(); ++i) {
    const PackEntry& entry = index_[size_t(i)];
    const PackPicture view = picture(i);
    if (checksum(file_.bytes().subspan(entry.offset, payload_bytes(entry))) != entry.checksum)
      fail(fmt::format("picture {} ({}) is damaged", i, view.name));
    for (uint8_t label : view.labels)
      if (label >= metadata_.classes.size() && label != kIgnoreLabel)
        fail(fmt::format("picture {} ({}) has label {} of {} classes", i, view.name, label,
                         metadata_.classes.size()));
  }
}

PackWriter::PackWriter(const std::filesystem::path& path) : file_(path) {
  file_.write(bytes_of(PackHeader{}));  // its place; commit() fills it in
}

void PackWriter::add(std::string_view name, const Image& image, const LabelMap* labels) {
  check(image.channels == 3 && image.bit_depth == 8, "pack", "pictures must be 8-bit RGB");
  check(!labels || (labels->width == image.width && labels->height == image.height), "pack",
        "labels must have the size of their picture");
  std::vector<uint8_t> payload = image.samples8;
  if (labels) payload.insert(payload.end(), labels->labels.begin(), labels->labels.end());
  index_.push_back({.offset = uint64_t(file_.size()),
                    .checksum = checksum(std::as_bytes(std::span(payload))),
                    .width = uint32_t(image.width),
                    .height = uint32_t(image.height),
                    .has_labels = labels != nullptr,
                    .name_bytes = uint32_t(name.size()),
                    .name_offset = names_.size()});
  names_ += name;
  file_.write(std::as_bytes(std::span(payload)));
}

void PackWriter::commit(const PackMetadata& metadata) {
  const std::string text = to_json(metadata).dump();
  std::vector<std::byte> tail;
  const auto append = [&](std::span<const std::byte> bytes) {
    tail.insert(tail.end(), bytes.begin(), bytes.end());
  };
  append(std::as_bytes(std::span(index_)));
  append(std::as_bytes(std::span(names_)));
  append(std::as_bytes(std::span(text)));
  PackHeader header{.magic = {},
                    .version = kPackVersion,
                    .reserved = 0,
                    .count = index_.size(),
                    .index_offset = uint64_t(file_.size()),
                    .names_bytes = names_.size(),
                    .metadata_bytes = text.size(),
                    .file_bytes = uint64_t(file_.size()) + tail.size(),
                    .checksum = 0};
  std::memcpy(header.magic, kMagic, sizeof(header.magic));
  header.checksum = header_checksum(header, tail);
  file_.write(tail);
  file_.write_at(0, bytes_of(header));
  file_.commit();
}

}  // namespace huegrad
