#include "data/pack.h"

#include <doctest/doctest.h>

#include <cstring>
#include <functional>

#include "core/error.h"
#include "tests/support/command.h"
#include "tests/support/compare.h"
#include "tests/support/text.h"
#include "tests/support/tiny_dataset.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

const std::vector<std::string> kClasses = {"background", "red", "blue"};

std::vector<uint8_t> bytes_of(const std::filesystem::path& path) {
  const MappedFile file(path);
  const auto* first = reinterpret_cast<const uint8_t*>(file.bytes().data());
  return {first, first + file.bytes().size()};
}

// What opening a file with these bytes and verifying it says; "" when it is a sound pack.
std::string complaint(const std::filesystem::path& path, const std::vector<uint8_t>& bytes) {
  write_file(path, std::as_bytes(std::span(bytes)));
  try {
    Pack(path).verify();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

// Applies a change to the header, or the first entry of the index, and makes the checksum fit again: the work
// of someone who means harm.
std::vector<uint8_t> forged(std::vector<uint8_t> bytes,
                            const std::function<void(PackHeader&, PackEntry&)>& change) {
  PackHeader header;
  PackEntry entry;
  std::memcpy(&header, bytes.data(), sizeof(header));
  const uint64_t index = header.index_offset;
  std::memcpy(&entry, &bytes[index], sizeof(entry));
  change(header, entry);
  std::memcpy(&bytes[index], &entry, sizeof(entry));
  if (header.index_offset <= bytes.size()) {
    header.checksum = checksum(std::as_bytes(std::span(bytes).subspan(header.index_offset)));
    header.checksum = checksum(std::as_bytes(std::span(&header, 1)));
  }
  std::memcpy(bytes.data(), &header, sizeof(header));
  return bytes;
}

}  // namespace

TEST_CASE("pack: what was written is read") {
  const TemporaryFolder folder;
  const auto pack = make_pack(folder / "a.pack", "name", 3, kClasses, 48, 40);
  pack->verify();
  REQUIRE(pack->size() == 3);
  CHECK(pack->metadata().classes == kClasses);
  CHECK(pack->metadata().label_weight == 0.5);
  CHECK(pack->metadata().size == 40);
  for (int i = 0; i < 3; ++i) {
    const PackPicture picture = pack->picture(i);
    CHECK(picture.name == "name" + std::to_string(i));
    CHECK(picture.width == 48);
    CHECK(picture.height == 40);
    CHECK(std::ranges::equal(picture.pixels, two_halves(48, 40, i).samples8));
    CHECK(std::ranges::equal(picture.labels, two_labels(48, 40).labels));
  }
  CHECK(make_pack(folder / "b.pack", "name", 1, {})->picture(0).labels.empty());
}

TEST_CASE("pack: a writer that is not committed leaves nothing") {
  const TemporaryFolder folder;
  { PackWriter(folder / "a.pack").add("x", two_halves(8, 8, 0), nullptr); }
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("pack: every damaged byte is noticed") {
  const TemporaryFolder folder;
  make_pack(folder / "a.pack", "n", 2, kClasses, 16, 16);
  const std::vector<uint8_t> sound = bytes_of(folder / "a.pack");
  CHECK(complaint(folder / "b.pack", sound) == "");
  for (uint64_t trial = 0; trial < 400; ++trial) {
    const PhiloxBlock random = philox(7, 0, trial);
    const size_t at = trial < 64 ? trial : random[0] % sound.size();
    std::vector<uint8_t> bytes = sound;
    bytes[at] = uint8_t(bytes[at] ^ (1 + random[1] % 255));
    CAPTURE(at);
    CHECK(complaint(folder / "b.pack", bytes) != "");
  }
}

TEST_CASE("pack: truncated files and files with something behind are refused") {
  const TemporaryFolder folder;
  make_pack(folder / "a.pack", "n", 2, kClasses, 16, 16);
  std::vector<uint8_t> bytes = bytes_of(folder / "a.pack");
  bytes.push_back(0);
  CHECK(contains(complaint(folder / "b.pack", bytes), "incomplete"));
  for (size_t size : {size_t(0), size_t(7), size_t(63), size_t(64), size_t(500), bytes.size() - 2}) {
    bytes.resize(size);
    CAPTURE(size);
    CHECK(complaint(folder / "b.pack", bytes) != "");
    bytes = bytes_of(folder / "a.pack");
  }
}

TEST_CASE("pack: another file, another version") {
  const TemporaryFolder folder;
  make_pack(folder / "a.pack", "n", 1, kClasses, 16, 16);
  const std::vector<uint8_t> sound = bytes_of(folder / "a.pack");
  CHECK(contains(
      complaint(folder / "b.pack", forged(sound, [](PackHeader& h, PackEntry&) { h.magic[1] = 'h'; })),
      "not a pack"));
  const std::string version =
      complaint(folder / "b.pack", forged(sound, [](PackHeader& h, PackEntry&) { h.version = 7; }));
  CHECK(contains(version, "version 7"));
  CHECK(contains(version, "version 1"));
  CHECK_THROWS_AS(Pack(folder / "none.pack"), Error);
}

TEST_CASE("pack: lying offsets and sizes with sound checksums are refused") {
  const TemporaryFolder folder;
  make_pack(folder / "a.pack", "n", 2, kClasses, 16, 16);
  const std::vector<uint8_t> sound = bytes_of(folder / "a.pack");
  CHECK(complaint(folder / "b.pack", forged(sound, [](PackHeader&, PackEntry&) {})) == "");
  const std::vector<std::function<void(PackHeader&, PackEntry&)>> lies = {
      [](PackHeader& h, PackEntry&) { h.count = 0; },
      [](PackHeader& h, PackEntry&) { h.count = 3; },
      [](PackHeader& h, PackEntry&) { h.count = UINT64_MAX; },
      [](PackHeader& h, PackEntry&) { h.count = UINT64_MAX / 40 + 2; },
      [](PackHeader& h, PackEntry&) { h.index_offset = UINT64_MAX; },
      [](PackHeader& h, PackEntry&) { h.index_offset = 3; },
      [](PackHeader& h, PackEntry&) { h.names_bytes = UINT64_MAX - 5; },
      [](PackHeader& h, PackEntry&) { h.metadata_bytes += 1; },
      [](PackHeader& h, PackEntry&) { h.names_bytes += 1, h.metadata_bytes -= 1; },
      [](PackHeader& h, PackEntry&) { h.file_bytes += 1; },
      [](PackHeader&, PackEntry& e) { e.offset = 0; },
      [](PackHeader&, PackEntry& e) { e.offset = UINT64_MAX - 8; },
      [](PackHeader& h, PackEntry& e) { e.offset = h.index_offset - 1; },
      [](PackHeader&, PackEntry& e) { e.width = 0; },
      [](PackHeader&, PackEntry& e) { e.width = UINT32_MAX; },
      [](PackHeader&, PackEntry& e) { e.width = e.height = UINT32_MAX; },
      [](PackHeader&, PackEntry& e) { e.height = 1 << 20; },
      [](PackHeader&, PackEntry& e) { e.has_labels = 2; },
      [](PackHeader&, PackEntry& e) { e.name_offset = UINT64_MAX; },
      [](PackHeader&, PackEntry& e) { e.name_bytes = UINT32_MAX; },
  };
  for (size_t i = 0; i < lies.size(); ++i) {
    CAPTURE(i);
    CHECK(complaint(folder / "b.pack", forged(sound, lies[i])) != "");
  }
}

TEST_CASE("pack: random bytes never pass") {
  const TemporaryFolder folder;
  for (uint64_t trial = 0; trial < 100; ++trial) {
    std::vector<uint8_t> bytes(philox(1, 0, trial)[0] % 2000);
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = uint8_t(philox(2, trial, i)[0]);
    CHECK(complaint(folder / "b.pack", bytes) != "");
  }
}

TEST_CASE("pack: statistics of several packs are combined") {
  PackMetadata a{.kind = "voc",
                 .split = "",
                 .size = 8,
                 .classes = kClasses,
                 .prior = std::vector<double>(313),
                 .prior_colors = 100,
                 .frequencies = ClassFrequencies(3)};
  a.prior[0] = 1;
  a.frequencies.pixels = {1, 2, 3};
  PackMetadata b = a;
  b.prior = std::vector<double>(313);
  b.prior[5] = 1;
  b.prior_colors = 300;
  PackMetadata unlabelled = b;
  unlabelled.classes.clear();
  unlabelled.frequencies = ClassFrequencies(0);

  const std::vector<double> prior = combined_prior({a, b});
  CHECK(prior[0] == doctest::Approx(0.25));
  CHECK(prior[5] == doctest::Approx(0.75));
  CHECK(combined_frequencies({a, b, unlabelled}).pixels == std::vector<int64_t>{2, 4, 6});
  CHECK(common_classes({unlabelled, a}) == kClasses);
  b.classes[1] = "green";
  CHECK_THROWS_AS(common_classes({a, b}), Error);
}
