// huegrad colorize as a user calls it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <sstream>

#include "core/machine.h"
#include "data/label_map.h"
#include "tests/support/coloring.h"

using namespace huegrad;
using test::bytes_of;
using test::colorize;
using test::CommandResult;
using test::contains;
using test::kDemo;
using test::noise;
using test::TemporaryFolder;
using test::worst_grey_step;

namespace fs = std::filesystem;

TEST_CASE("colorize: the lightness of photographs is kept within one 8-bit step") {
  const TemporaryFolder folder;
  for (const char* name : {"cat.jpg", "meadow.jpg"}) {
    const fs::path out = folder / "out.png";
    const CommandResult result = colorize(folder, {(kDemo / name).string(), "-o", out.string()});
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    const Image before = read_image(kDemo / name), after = read_image(out);
    CHECK(after.width == before.width);
    CHECK(after.height == before.height);
    CHECK(worst_grey_step(before, after) <= 1);
    CHECK(after != before);
  }
}

TEST_CASE("colorize: the summary says what was done, where and on what") {
  const TemporaryFolder folder;
  const std::string out = folder / "out";
  const CommandResult result = colorize(folder, {kDemo / "cat.jpg", kDemo / "meadow.jpg", "-o", out});
  CHECK(result.status == 0);
  CHECK(contains(result.out, "coloured 2 pictures in "));
  CHECK(contains(result.out, machine_name({})));
  CHECK(contains(result.out, "-> " + out));
}

TEST_CASE("colorize: 16 bits stay 16 bits, alpha is bit-identical") {
  const TemporaryFolder folder;
  const Image picture = noise(40, 30, 4, 16);
  write_image(folder / "in.png", picture);
  REQUIRE(colorize(folder, {folder / "in.png", "-o", (folder / "out").string()}).status == 0);
  const Image colored = read_image(folder.path() / "out/in.png");
  CHECK(colored.bit_depth == 16);
  REQUIRE(colored.channels == 4);
  for (size_t i = 3; i < picture.samples16.size(); i += 4)
    REQUIRE(colored.samples16[i] == picture.samples16[i]);
}

TEST_CASE("colorize: JPEG stays JPEG, grey becomes colour, the rest becomes PNG") {
  const TemporaryFolder folder;
  write_image(folder / "a.jpg", noise(40, 30, 1));
  std::ofstream(folder / "b.ppm", std::ios::binary) << "P6 1 1 255\n"
                                                    << "abc";
  const fs::path out = folder / "out";
  REQUIRE(colorize(folder, {folder / "a.jpg", folder / "b.ppm", "-o", out.string()}).status == 0);
  CHECK(bytes_of(out / "a.jpg").substr(0, 2) == "\xff\xd8");
  CHECK(read_image(out / "a.jpg").channels == 3);
  CHECK(read_image(out / "b.png").pixels() == 1);
}

TEST_CASE("colorize: a folder's tree is mirrored; its results are not its input the next time") {
  const TemporaryFolder folder;
  const fs::path album = folder / "album";
  fs::create_directories(album / "trip/day 2");
  fs::create_directories(album / ".trash");
  write_image(album / "a.png", noise(9, 9, 1));
  write_image(album / "trip/day 2/b.png", noise(9, 9, 3));
  write_image(album / ".trash/c.png", noise(9, 9, 3));
  std::ofstream(album / "notes.txt") << "no picture";
  for (int round = 0; round < 2; ++round) {
    REQUIRE(colorize(folder, {album.string(), "-o", (album / "out").string()}).status == 0);
    int64_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(album / "out"))
      files += entry.is_regular_file();
    CHECK(files == 2);
    CHECK(fs::exists(album / "out/a.png"));
    CHECK(fs::exists(album / "out/trip/day 2/b.png"));
  }
}

TEST_CASE("colorize: globs that no shell expanded") {
  const TemporaryFolder folder;
  for (const char* name : {"p1.png", "p2.png", "q.png"}) write_image(folder / name, noise(9, 9, 1));
  const fs::path out = folder / "out";
  REQUIRE(colorize(folder, {folder / "p?.png", folder / "p1.png", "-o", out.string()}).status == 0);
  CHECK(fs::exists(out / "p1.png"));
  CHECK(fs::exists(out / "p2.png"));
  CHECK_FALSE(fs::exists(out / "q.png"));
  const CommandResult nothing = colorize(folder, {folder / "z*.png", "-o", out.string()});
  CHECK(nothing.status == 1);
  CHECK(contains(nothing.err, "no file matches"));
}

TEST_CASE("colorize: stdin to stdout") {
  const TemporaryFolder folder;
  const CommandResult result = colorize(folder, {"-", "-o", "-"}, bytes_of(kDemo / "cat.jpg"));
  REQUIRE(result.status == 0);
  const Image out =
      decode_image({reinterpret_cast<const uint8_t*>(result.out.data()), result.out.size()}, "out");
  CHECK(worst_grey_step(read_image(kDemo / "cat.jpg"), out) <= 1);
  CHECK(result.out.substr(1, 3) == "PNG");
  const CommandResult garbage = colorize(folder, {"-", "-o", "-"}, "not a picture");
  CHECK(garbage.status == 1);
  CHECK(contains(garbage.err, "stdin"));
  CHECK(garbage.out.empty());
  CHECK(colorize(folder, {kDemo.string(), "-o", "-"}).status == 2);
}

TEST_CASE("colorize: --skip-existing leaves results alone") {
  const TemporaryFolder folder;
  write_image(folder / "a.png", noise(9, 9, 1));
  write_image(folder / "b.png", noise(9, 9, 1));
  const fs::path out = folder / "out";
  fs::create_directories(out);
  std::ofstream(out / "a.png") << "mine";
  REQUIRE(
      colorize(folder, {folder / "a.png", folder / "b.png", "-o", out.string(), "--skip-existing"}).status ==
      0);
  CHECK(bytes_of(out / "a.png") == "mine");
  CHECK(fs::exists(out / "b.png"));
}

TEST_CASE("colorize: comparison, labels, contact sheet, JSON") {
  const TemporaryFolder folder;
  write_image(folder / "a.png", noise(30, 20, 3));
  write_image(folder / "grey.png", noise(30, 20, 1));
  const fs::path out = folder / "out";
  const CommandResult result =
      colorize(folder, {folder / "a.png", folder / "grey.png", "-o", out.string(), "--comparison", "--labels",
                        "--json", "--jobs", "1", "--contact-sheet", folder / "sheet.png"});
  REQUIRE(result.status == 0);
  CHECK(read_image(out / "a.comparison.png").width == 3 * 30 + 2 * 8);
  CHECK(read_image(out / "grey.comparison.png").width == 2 * 30 + 8);
  CHECK(read_label_png(out / "a.labels.png").width == 30);
  CHECK(read_image(folder / "sheet.png").width == 8 + 3 * (256 + 8));
  std::istringstream lines(result.out);
  std::string line;
  int count = 0;
  for (; std::getline(lines, line); ++count) {
    const nlohmann::json json = nlohmann::json::parse(line);
    CHECK(json["status"] == "done");
    CHECK(fs::exists(json["output"].get<std::string>()));
    CHECK(json["width"] == 30);
  }
  CHECK(count == 2);
}

TEST_CASE("colorize: jobs and batches change nothing in the results") {
  const TemporaryFolder folder;
  for (int i = 0; i < 5; ++i)
    write_image(folder / fmt::format("p{}.png", i), noise(i % 2 == 0 ? 20 : 50, 30, 1));
  const std::string glob = folder / "p?.png";
  REQUIRE(colorize(folder, {glob, "-o", (folder / "one").string(), "--jobs", "1"}).status == 0);
  REQUIRE(colorize(folder, {glob, "-o", (folder / "two").string(), "--jobs", "3"}).status == 0);
  REQUIRE(colorize(folder, {glob, "-o", (folder / "four").string(), "--batch", "4"}).status == 0);
  for (int i = 0; i < 5; ++i) {
    const std::string name = fmt::format("p{}.png", i);
    CHECK(bytes_of(folder.path() / "one" / name) == bytes_of(folder.path() / "two" / name));
    const Image alone = read_image(folder.path() / "one" / name),
                batched = read_image(folder.path() / "four" / name);
    REQUIRE(alone.samples8.size() == batched.samples8.size());
    for (size_t j = 0; j < alone.samples8.size(); ++j)  // sums may be ordered differently in a batch
      REQUIRE(std::abs(int(alone.samples8[j]) - int(batched.samples8[j])) <= 1);
  }
}

TEST_CASE("colorize: flags take effect") {
  const TemporaryFolder folder;
  write_image(folder / "a.png", noise(60, 50, 1));
  const auto colored = [&](const std::vector<std::string>& flags) {
    std::vector<std::string> arguments = {folder / "a.png", "-o", folder / "out.png"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    REQUIRE(colorize(folder, arguments).status == 0);
    return read_image(folder / "out.png");
  };
  const Image plain = colored({});
  CHECK(colored({}) == plain);
  CHECK(colored({"--size", "64"}) == plain);  // the small model's own
  const std::vector<std::vector<std::string>> changes = {
      {"--size", "native"},  {"--size", "32"},       {"--temperature", "1"},  {"--no-jbu"},
      {"--saturation", "2"}, {"--jbu-sigma-s", "1"}, {"--jbu-sigma-r", "90"}, {"--jbu-radius", "1"}};
  for (const auto& flags : changes) {
    CAPTURE(flags.front());
    CHECK(colored(flags) != plain);
  }
}

TEST_CASE("colorize: two megapixels") {
  const TemporaryFolder folder;
  write_image(folder / "large.jpg", noise(1633, 1225, 1));
  REQUIRE(colorize(folder, {folder / "large.jpg", "-o", folder / "out.png"}).status == 0);
  CHECK(worst_grey_step(read_image(folder / "large.jpg"), read_image(folder / "out.png")) <= 1);
}
