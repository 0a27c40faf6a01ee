#include "net/event_file.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>

#include "core/error.h"
#include "core/files.h"
#include "net/crc32c.h"
#include "tests/support/command.h"

namespace huegrad {
namespace {

// Takes a file apart by the formats' definitions, sharing nothing with the writer but the checksum.
class Reader {
 public:
  explicit Reader(std::string bytes) : bytes_(std::move(bytes)) {}

  bool done() const { return at_ == bytes_.size(); }
  int peek() const { return bytes_.at(at_); }
  std::string rest() const { return bytes_.substr(at_); }
  template <class T>
  T fixed() {
    T value;
    const std::string bytes = take(sizeof(T));
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = uint8_t(take(1)[0]);
      value |= uint64_t(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
  std::string take(size_t count) {
    REQUIRE(count <= bytes_.size() - at_);
    at_ += count;
    return bytes_.substr(at_ - count, count);
  }

 private:
  std::string bytes_;
  size_t at_ = 0;
};

struct Event {
  double wall_time = 0;
  uint64_t step = 0;
  std::string version;
  std::map<std::string, float> scalars;
  std::map<std::string, std::string> others;  // bytes of the value's fields after the tag
};

void read_value(Reader value, Event& event) {
  CHECK(value.varint() == (1 << 3 | 2));
  const std::string tag = value.take(value.varint());
  if (value.peek() != (2 << 3 | 5)) {
    event.others[tag] = value.rest();
    return;
  }
  value.varint();
  event.scalars[tag] = value.fixed<float>();
  CHECK(value.done());
}

Event read_event(Reader message) {
  Event event;
  while (!message.done()) {
    const uint64_t key = message.varint();
    if (key == (1 << 3 | 1)) {
      event.wall_time = message.fixed<double>();
    } else if (key == (2 << 3 | 0)) {
      event.step = message.varint();
    } else if (key == (3 << 3 | 2)) {
      event.version = message.take(message.varint());
    } else {
      REQUIRE(key == (5 << 3 | 2));
      Reader summary(message.take(message.varint()));
      while (!summary.done()) {
        CHECK(summary.varint() == (1 << 3 | 2));
        read_value(Reader(summary.take(summary.varint())), event);
      }
    }
  }
  return event;
}

uint32_t unmask(uint32_t masked) { return std::rotl(masked - 0xa282ead8, 15); }

std::vector<Event> read_events(const std::filesystem::path& path) {
  const std::vector<uint8_t> bytes = read_file(path);
  Reader file(std::string(bytes.begin(), bytes.end()));
  std::vector<Event> events;
  while (!file.done()) {
    const std::string length = file.take(8);
    CHECK(unmask(file.fixed<uint32_t>()) == crc32c(length));
    const std::string message = file.take(Reader(length).fixed<uint64_t>());
    CHECK(unmask(file.fixed<uint32_t>()) == crc32c(message));
    events.push_back(read_event(Reader(message)));
  }
  return events;
}

}  // namespace

TEST_CASE("crc32c: known checksums") {
  CHECK(crc32c("") == 0);
  CHECK(crc32c("123456789") == 0xe3069283);
  CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aa);  // RFC 3720, B.4
  CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43);
}

TEST_CASE("event_file: records read back, with checksums, steps and values") {
  const test::TemporaryFolder folder;
  EventFile file(folder.path());
  CHECK(file.path().filename().string().starts_with("events.out.tfevents."));
  file.add(1, {{"train/loss", 4.25}});
  file.add(2, {});
  file.add(300000, {{"train/loss", -1e-3}, {std::string(200, 'x'), 7}});

  const std::vector<Event> events = read_events(file.path());
  REQUIRE(events.size() == 3);
  CHECK(events[0].version == "brain.Event:2");
  CHECK(events[0].wall_time > 1.7e9);
  CHECK(events[1].step == 1);
  CHECK(events[1].scalars == std::map<std::string, float>{{"train/loss", 4.25F}});
  CHECK(events[1].wall_time >= events[0].wall_time);
  CHECK(events[2].step == 300000);
  CHECK(events[2].scalars.at("train/loss") == -1e-3F);
  CHECK(events[2].scalars.at(std::string(200, 'x')) == 7);
}

// The bytes below are what the package tensorboard's own message classes make of these fields.
TEST_CASE("event_file: pictures and text are the messages that TensorBoard knows") {
  const test::TemporaryFolder folder;
  EventFile file(folder.path());
  const std::vector<uint8_t> png = {'P', 'N', 'G', 0, 255};
  file.add_image(7, "samples", 300, 2, png);
  file.add_text(8, "options", "*a*");

  const std::vector<Event> events = read_events(file.path());
  REQUIRE(events.size() == 3);
  CHECK(events[1].step == 7);
  const std::string image = std::string("\x08\x02\x10\xac\x02\x18\x03\x22\x05PNG\0\xff", 14);
  CHECK(events[1].others.at("samples") == "\x22\x0e" + image);
  CHECK(events[2].step == 8);
  const std::string tensor = std::string("\x08\x07\x12\x00\x42\x03*a*", 9), plugin = "\x0a\x06\x0a\x04text";
  CHECK(events[2].others.at("options") == "\x42\x09" + tensor + "\x4a\x08" + plugin);
}

TEST_CASE("event_file: a folder that is not there is an error of the environment") {
  const test::TemporaryFolder folder;
  try {
    EventFile file(folder / "missing");
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::environment);
    CHECK(std::string(error.what()).find("missing") != std::string::npos);
  }
}

}  // namespace huegrad
