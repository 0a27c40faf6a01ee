#include "core/files.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "tests/support/command.h"

using namespace huegrad;
namespace fs = std::filesystem;

namespace {

size_t files_in(const test::TemporaryFolder& folder) {
  return size_t(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()));
}

std::string text_of(const fs::path& path) {
  const std::vector<uint8_t> bytes = read_file(path);
  return {bytes.begin(), bytes.end()};
}

std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

}  // namespace

TEST_CASE("files: an atomic file appears complete or not at all") {
  const test::TemporaryFolder folder;
  write_file(folder / "a.txt", "old");
  {
    AtomicFile file(folder / "a.txt");
    file.write(bytes_of("new, but abandoned"));
  }
  CHECK(text_of(folder / "a.txt") == "old");
  CHECK(files_in(folder) == 1);  // no temporary is left
  {
    AtomicFile file(folder / "a.txt");
    file.write(bytes_of("....new"));
    file.write_at(0, bytes_of("then"));
    file.write(bytes_of("er"));
    CHECK(file.size() == 9);
    CHECK(text_of(folder / "a.txt") == "old");
    file.commit();
  }
  CHECK(text_of(folder / "a.txt") == "thennewer");
  CHECK(files_in(folder) == 1);
}

TEST_CASE("files: folders are made, impossible ones are named") {
  const test::TemporaryFolder folder;
  write_file(folder / "deep/er/a.txt", "x");
  CHECK(text_of(folder / "deep/er/a.txt") == "x");
  CHECK_THROWS_WITH_AS(write_file(folder / "deep/er/a.txt/b.txt", "x"), doctest::Contains("a.txt/b.txt"),
                       Error);
}

TEST_CASE("files: a full disk keeps the old file") {
  if (!fs::exists("/dev/full")) return;
  const test::TemporaryFolder folder;
  write_file(folder / "a.txt", "old");
  // The temporary is redirected to a device on which every write fails as on a full disk.
  const fs::path temporary = (folder / "a.txt").string() + ".tmp" + std::to_string(::getpid());
  fs::create_symlink("/dev/full", temporary);
  try {
    write_file(folder / "a.txt", std::string(1 << 20, 'x'));
    FAIL("a full disk took a megabyte");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::environment);
    CHECK(std::string(error.what()).find("No space left on device") != std::string::npos);
    CHECK(std::string(error.what()).find("Free some disk space") != std::string::npos);
  }
  CHECK(text_of(folder / "a.txt") == "old");
  CHECK(files_in(folder) == 1);
}

TEST_CASE("files: reading") {
  const test::TemporaryFolder folder;
  write_file(folder / "a.txt", "0123456789");
  CHECK_THROWS_AS(read_file(folder / "a.txt", 9), Error);
  CHECK(read_file(folder / "a.txt", 10).size() == 10);
  CHECK_THROWS_AS(read_file(folder / "absent"), Error);
  CHECK_THROWS_AS(read_file(folder / ""), Error);
}

TEST_CASE("files: JSON errors name the file and the place") {
  const test::TemporaryFolder folder;
  write_json(folder / "good.json", {{"a", 1}});
  CHECK(read_json(folder / "good.json")["a"] == 1);
  write_file(folder / "bad.json", "{\"a\": }");
  try {
    read_json(folder / "bad.json");
    FAIL("bad JSON was read");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::input);
    CHECK(std::string(error.what()).find("not valid JSON at byte 7") == 0);
    CHECK(std::string(error.what()).find("bad.json") != std::string::npos);
  }
}

TEST_CASE("files: mapped files and checksums") {
  const test::TemporaryFolder folder;
  write_file(folder / "a.bin", "abc");
  write_file(folder / "empty.bin", "");
  MappedFile map(folder / "a.bin");
  const MappedFile moved(std::move(map));
  REQUIRE(moved.bytes().size() == 3);
  CHECK(moved.bytes()[1] == std::byte('b'));
  CHECK(MappedFile(folder / "empty.bin").bytes().empty());
  CHECK_THROWS_AS(MappedFile(folder / "absent"), Error);
  CHECK_THROWS_AS(MappedFile(folder / ""), Error);
  CHECK(checksum({}) == 0x2d06800538d394c2);  // the published value of XXH3 for no bytes
  CHECK(checksum(moved.bytes()) != checksum(moved.bytes().first(2)));
}
