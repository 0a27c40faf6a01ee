// What huegrad colorize refuses, and how it says so.
#include <doctest/doctest.h>
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/support/coloring.h"

using namespace huegrad;
using test::bytes_of;
using test::colorize;
using test::CommandResult;
using test::contains;
using test::kDemo;
using test::noise;
using test::small_model;
using test::TemporaryFolder;

namespace fs = std::filesystem;

TEST_CASE("colorize: JPEG never swallows depth or transparency") {
  const TemporaryFolder folder;
  write_image(folder / "deep.png", noise(8, 8, 3, 16));
  write_image(folder / "clear.png", noise(8, 8, 4));
  for (const char* name : {"deep.png", "clear.png"}) {
    const CommandResult result = colorize(folder, {folder / name, "-o", folder / "out.jpg"});
    CHECK(result.status == 1);
    CHECK(contains(result.err, "JPEG cannot hold"));
    CHECK_FALSE(fs::exists(folder / "out.jpg"));
  }
}

TEST_CASE("colorize: one bad picture is named, the others are done") {
  const TemporaryFolder folder;
  write_image(folder / "a.png", noise(9, 9, 1));
  std::ofstream(folder / "broken.png", std::ios::binary) << bytes_of(folder / "a.png").substr(0, 60);
  std::ofstream(folder / "page.jpg") << "<html>404</html>";
  const fs::path out = folder / "out";
  const CommandResult result =
      colorize(folder, {folder / "broken.png", folder / "page.jpg", folder / "gone.png", folder / "a.png",
                        "-o", out.string(), "--batch", "3"});
  CHECK(result.status == 1);
  for (const char* name : {"broken.png", "page.jpg", "gone.png"}) CHECK(contains(result.err, name));
  CHECK(contains(result.err, "huegrad: error: "));
  CHECK_FALSE(contains(result.err, "a.png)"));
  CHECK(fs::exists(out / "a.png"));
  CHECK_FALSE(fs::exists(out / "broken.png"));
}

TEST_CASE("colorize: refuses before work starts what would lose a file") {
  const TemporaryFolder folder;
  fs::create_directories(folder / "x");
  write_image(folder / "a.png", noise(9, 9, 1));
  write_image(folder.path() / "x/a.png", noise(9, 9, 1));
  const std::string before = bytes_of(folder / "a.png");
  const CommandResult clash =
      colorize(folder, {folder / "a.png", folder.path() / "x/a.png", "-o", (folder / "out").string()});
  CHECK(clash.status == 2);
  CHECK(contains(clash.err, "same file"));
  CHECK_FALSE(fs::exists(folder / "out"));
  for (const fs::path& out : {folder / "a.png", folder.path(), folder.path() / "x/../a.png"}) {
    const CommandResult itself = colorize(folder, {folder / "a.png", "-o", out.string()});
    CHECK(itself.status == 2);
    CHECK(contains(itself.err, "overwrite an input"));
  }
  CHECK(bytes_of(folder / "a.png") == before);
}

TEST_CASE("colorize: wrong usage is 2, missing models 1") {
  const TemporaryFolder folder;
  const std::string cat = (kDemo / "cat.jpg").string(), out = folder / "o.png";
  CHECK(colorize(folder, {cat, "-o", out, "--colour"}).status == 2);
  CHECK(colorize(folder, {cat}).status == 2);
  CHECK(colorize(folder, {cat, "-o", out, "--size", "big"}).status == 2);
  CHECK(colorize(folder, {cat, "-o", out, "--size", "-8"}).status == 2);
  CHECK(colorize(folder, {cat, "-o", out, "--temperature", "0"}).status == 2);
  CHECK(colorize(folder, {cat, "-o", folder / "o.gif"}).status == 2);
  CHECK(colorize(folder, {cat, "-o", folder / "o.bmp"}).status == 2);
  CHECK(colorize(folder, {cat, "-o", out, "--device", "abacus"}).status == 2);
  const CommandResult gone =
      test::huegrad({"colorize", cat, "-o", out, "--model", folder / "gone.safetensors"});
  CHECK(gone.status == 1);
  CHECK(contains(gone.err, "gone.safetensors"));
  std::ofstream(folder / "page.safetensors") << "<html>moved</html>";
  const CommandResult wrong =
      test::huegrad({"colorize", cat, "-o", out, "--model", folder / "page.safetensors"});
  CHECK(wrong.status == 1);
  CHECK(contains(wrong.err, "page.safetensors"));
  CHECK_FALSE(fs::exists(out));
}

TEST_CASE("colorize: what is wrong with the machine is 3") {
  const TemporaryFolder folder;
  const std::string cat = (kDemo / "cat.jpg").string();
  CHECK(colorize(folder, {cat, "-o", "/proc/huegrad"}).status == 3);  // no one can write there
  std::ofstream(folder / "file") << "in the way";
  CHECK(colorize(folder, {cat, "-o", folder / "file"}).status == 3);
  const std::string command = std::string(HUEGRAD_BINARY) + " colorize '" + cat + "' -o - --model '" +
                              small_model(folder) + "' > /dev/full 2> '" + (folder / "err").string() + "'";
  CHECK(WEXITSTATUS(std::system(command.c_str())) == 3);
  CHECK(contains(bytes_of(folder / "err"), "disk full"));
  if (::geteuid() == 0) return;  // root may write anywhere
  fs::create_directories(folder / "locked");
  fs::permissions(folder / "locked", fs::perms::owner_read | fs::perms::owner_exec);
  CHECK(colorize(folder, {cat, "-o", (folder / "locked").string()}).status == 3);
}

TEST_CASE("colorize: interrupted, it finishes what it has in hand and can go on later") {
  const TemporaryFolder folder;
  constexpr int kPictures = 300;
  fs::create_directories(folder / "album");
  for (int i = 0; i < kPictures; ++i)
    write_image(folder.path() / "album" / fmt::format("{:03}.png", i), noise(48, 48, 1));
  const fs::path out = folder / "out", errors = folder / "errors";
  const std::string program = fmt::format("'{}' colorize '{}' -o '{}' --model '{}'", HUEGRAD_BINARY,
                                          (folder / "album").string(), out.string(), small_model(folder));
  const std::string interrupted = fmt::format(
      "{} >/dev/null 2>'{}' & p=$!; until ls '{}'/*.png >/dev/null 2>&1 || ! kill -0 $p 2>/dev/null; do :; "
      "done; kill -INT $p; wait $p",
      program, errors.string(), out.string());
  CHECK(WEXITSTATUS(std::system(interrupted.c_str())) == 1);
  CHECK(contains(bytes_of(errors), "pictures are left. --skip-existing continues"));
  int done = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(out)) {
    CHECK(read_image(entry.path()).pixels() == 48 * 48);
    ++done;
  }
  CHECK(done >= 1);
  CHECK(done < kPictures);

  CHECK(std::system((program + " --skip-existing --quiet").c_str()) == 0);
  CHECK(std::distance(fs::directory_iterator(out), fs::directory_iterator()) == kPictures);
}
