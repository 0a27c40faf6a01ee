#include "net/event_file.h"

#include <unistd.h>

#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "core/error.h"
#include "net/crc32c.h"

namespace huegrad {
namespace {

// Wire types of protocol buffers.
constexpr uint64_t kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5;
// Of the messages' enumerations: an image's colour space, a tensor's type.
constexpr uint64_t kRgb = 3, kString = 7;

double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == 0) return "localhost";
  return name.data();
}

template <class Unsigned>
void put_fixed(std::string& out, Unsigned value) {
  for (size_t byte = 0; byte < sizeof(value); ++byte) out += char(uint8_t(value >> (8 * byte)));
}

void put_varint(std::string& out, uint64_t value) {
  for (; value >= 128; value >>= 7) out += char(uint8_t(value | 128));
  out += char(uint8_t(value));
}

void put_key(std::string& out, uint64_t field, uint64_t wire_type) {
  put_varint(out, field << 3 | wire_type);
}

void put_bytes(std::string& out, uint64_t field, std::string_view bytes) {
  put_key(out, field, kBytes);
  put_varint(out, bytes.size());
  out += bytes;
}

void put_number(std::string& out, uint64_t field, uint64_t value) {
  put_key(out, field, kVarint);
  put_varint(out, value);
}

// A message inside another.
std::string message(uint64_t field, std::string_view content) {
  std::string bytes;
  put_bytes(bytes, field, content);
  return bytes;
}

// An Event without content yet.
std::string begin_event(int64_t step) {
  std::string event;
  put_key(event, 1, kFixed64);
  put_fixed(event, std::bit_cast<uint64_t>(wall_time()));
  put_number(event, 2, uint64_t(step));
  return event;
}

// TFRecord rotates and offsets checksums, so that the checksum of data that contains checksums stays good.
uint32_t masked_crc(std::string_view bytes) { return std::rotr(crc32c(bytes), 15) + 0xa282ead8; }

}  // namespace

EventFile::EventFile(const std::filesystem::path& folder)
    : path_(folder /
            fmt::format("events.out.tfevents.{:010}.{}.{}", int64_t(wall_time()), host_name(), getpid())),
      file_(path_, std::ios::binary | std::ios::app) {
  std::string event = begin_event(0);
  put_bytes(event, 3, "brain.Event:2");
  write_record(event);
}

void EventFile::add(int64_t step, const std::vector<Scalar>& scalars) {
  if (scalars.empty()) return;
  std::string values;
  for (const Scalar& scalar : scalars) {
    std::string value = message(1, scalar.tag);
    put_key(value, 2, kFixed32);
    put_fixed(value, std::bit_cast<uint32_t>(float(scalar.value)));
    put_bytes(values, 1, value);
  }
  write_summary(step, values);
}

void EventFile::add_image(int64_t step, const std::string& tag, int64_t width, int64_t height,
                          std::span<const uint8_t> png) {
  std::string image;
  put_number(image, 1, uint64_t(height));
  put_number(image, 2, uint64_t(width));
  put_number(image, 3, kRgb);
  put_bytes(image, 4, {reinterpret_cast<const char*>(png.data()), png.size()});
  write_summary(step, message(1, message(1, tag) + message(4, image)));
}

void EventFile::add_text(int64_t step, const std::string& tag, const std::string& markdown) {
  std::string tensor;
  put_number(tensor, 1, kString);
  put_bytes(tensor, 2, "");  // the shape of a scalar
  put_bytes(tensor, 8, markdown);
  const std::string metadata = message(1, message(1, "text"));
  write_summary(step, message(1, message(1, tag) + message(8, tensor) + message(9, metadata)));
}

void EventFile::write_summary(int64_t step, std::string_view values) {
  std::string event = begin_event(step);
  put_bytes(event, 5, values);
  write_record(event);
}

void EventFile::write_record(std::string_view event) {
  std::string record;
  put_fixed(record, uint64_t(event.size()));
  put_fixed(record, masked_crc(record));
  record += event;
  put_fixed(record, masked_crc(event));
  file_ << record;
  file_.flush();
  if (!file_)
    throw Error(ErrorKind::environment, fmt::format("cannot write file: {}", std::strerror(errno)),
                path_.string());
}

}  // namespace huegrad
