// huegrad as it is built where no CUDA toolkit is.
#include <doctest/doctest.h>

#include <algorithm>

#include "core/cuda_device.h"
#include "core/error.h"
#include "data/image.h"
#include "tests/support/coloring.h"

namespace huegrad::test {
namespace {

CommandResult colorize_on(const TemporaryFolder& folder, const std::string& device) {
  write_image(folder / "grey.png", noise(32, 24));
  return colorize(
      folder, {folder / "grey.png", "-o", folder / (device + ".png"), "--size", "16", "--device", device});
}

}  // namespace

TEST_CASE("without cuda: the library says so") {
  CHECK(!cuda_is_built());
  CHECK(cuda_unavailable() == "this huegrad was built without CUDA");
  CHECK_THROWS_WITH_AS(cuda_context(), "this huegrad was built without CUDA (CUDA). Use --device cpu", Error);
}

TEST_CASE("without cuda: --device cuda is refused in one line") {
  const TemporaryFolder folder;
  const CommandResult result = colorize_on(folder, "cuda");
  CAPTURE(result.err);
  CHECK(result.status == 3);
  CHECK(result.err.starts_with("huegrad: error: "));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  for (const char* part : {"built without CUDA", "--device cuda", "Use --device cpu or auto"})
    CHECK(contains(result.err, part));
  CHECK(!std::filesystem::exists(folder / "cuda.png"));
}

TEST_CASE("without cuda: auto is the CPU, and that is nothing to speak of") {
  const TemporaryFolder folder;
  const CommandResult result = colorize_on(folder, "auto");
  CHECK(result.err == "");
  REQUIRE(result.status == 0);
  REQUIRE(colorize_on(folder, "cpu").status == 0);
  CHECK(bytes_of(folder / "auto.png") == bytes_of(folder / "cpu.png"));
}

}  // namespace huegrad::test
