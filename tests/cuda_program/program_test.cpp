// huegrad --device cuda as a user calls it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "data/image.h"
#include "data/resize.h"
#include "tests/support/coloring.h"
#include "tests/support/demo_pack.h"

namespace huegrad::test {
namespace {

CommandResult on_cuda(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--device", "cuda"});
  return huegrad(arguments);
}

int largest_step(const Image& a, const Image& b) {
  REQUIRE(a.samples8.size() == b.samples8.size());
  int largest = 0;
  for (size_t i = 0; i < a.samples8.size(); ++i)
    largest = std::max(largest, std::abs(int(a.samples8[i]) - int(b.samples8[i])));
  return largest;
}

// The demo photographs, small, as pictures of their own.
std::filesystem::path small_album(const TemporaryFolder& folder, size_t count) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kDemo))
    if (entry.path().extension() == ".jpg") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  REQUIRE(files.size() >= count);
  const std::filesystem::path album = folder / "album";
  std::filesystem::create_directory(album);
  for (size_t i = 0; i < count; ++i)
    write_image(album / (files[i].stem().string() + ".png"), resize(read_image(files[i]), 72, 56));
  return album;
}

}  // namespace

TEST_CASE("cuda program: photographs come out as on the CPU, to one 8-bit level, several in flight") {
  const TemporaryFolder folder;
  const std::filesystem::path album = small_album(folder, 3);
  const auto colored = [&](const std::string& name, std::vector<std::string> more) {
    more.insert(more.begin(),
                {album.string(), "-o", (folder / name).string(), "--size", "32", "--jobs", "3"});
    const CommandResult result = colorize(folder, more);
    CHECK(result.err == "");
    REQUIRE(result.status == 0);
    return folder / name;
  };
  const auto cpu = colored("cpu", {"--device", "cpu"});
  const auto cuda = colored("cuda", {"--device", "cuda", "--precision", "fp32"});
  const auto fast = colored("fast", {"--device", "cuda", "--precision", "bf16"});
  for (const auto& entry : std::filesystem::directory_iterator(cpu)) {
    const Image expected = read_image(entry.path());
    const std::filesystem::path name = entry.path().filename();
    CHECK(largest_step(read_image(cuda / name), expected) <= 1);
    // bfloat16 keeps 8 bits of each activation; this random network's colours are far more sensitive to it
    // than a trained one's.
    CHECK(largest_step(read_image(fast / name), expected) <= 48);
  }
}

TEST_CASE("cuda program: labels") {
  const TemporaryFolder folder;
  const std::string picture = (small_album(folder, 1) / "").string();
  const CommandResult result =
      run(folder, "segment",
          {picture, "-o", (folder / "labels").string(), "--size", "32", "--device", "cuda", "--quiet"});
  CHECK(result.err == "");
  CHECK(result.status == 0);
}

TEST_CASE("cuda program: gradcheck of one function") {
  const CommandResult result = on_cuda({"gradcheck", "--layer", "conv_transpose2d"});
  CHECK(result.status == 0);
  CHECK(contains(result.out, "7 of 7 pass"));
}

TEST_CASE("cuda program: a training run of two steps") {
  const TemporaryFolder folder;
  const std::filesystem::path preset = folder / "small.json";
  std::ofstream(preset) << to_json(small_config()).dump();
  const std::string pack = make_demo_pack(folder / "demo.pack", 48).string();
  const CommandResult trained =
      on_cuda({"train", "--preset", preset.string(), "--data", pack, "-o", (folder / "run").string(),
               "--max-steps", "2", "--batch", "1", "--crop", "16", "--quiet"});
  CHECK(trained.err == "");
  CHECK(trained.status == 0);
  CHECK(load_model(folder / "run" / "best.safetensors").network.config().channels == small_config().channels);
}

TEST_CASE("cuda program: evaluation finds the CPU's figures") {
  const TemporaryFolder folder;
  const std::string pack = make_demo_pack(folder / "demo.pack", 48).string();
  const auto figures = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"--data", pack, "--limit", "2", "--json"});
    const CommandResult result = run(folder, "evaluate", more);
    REQUIRE(result.status == 0);
    return nlohmann::json::parse(result.out)["rows"][1];
  };
  const nlohmann::json cpu = figures({"--device", "cpu"});
  const nlohmann::json cuda = figures({"--device", "cuda", "--precision", "fp32"});
  for (const char* figure : {"psnr", "ssim", "auc", "balanced_auc", "colorfulness"}) {
    CAPTURE(figure);
    CHECK(cuda[figure].get<double>() == doctest::Approx(cpu[figure].get<double>()).epsilon(1e-3));
  }
}

TEST_CASE("cuda program: profiles name every layer and who computes it") {
  const TemporaryFolder folder;
  const auto layers = [&](std::vector<std::string> more) {
    more.insert(more.end(), {"--size", "16", "--json", "--device", "cuda"});
    const CommandResult result = run(folder, "profile", more);
    CHECK(result.err == "");
    REQUIRE(result.status == 0);
    return nlohmann::json::parse(result.out);
  };
  const nlohmann::json inference = layers({"--conv", "naive"});
  CHECK(inference["precision"] == "tf32");
  CHECK(inference["layers"][0]["algorithm"] == "naive");
  CHECK(inference["whole_seconds"].get<double>() > 0);
  const nlohmann::json training = layers({"--train", "--precision", "bf16"});
  CHECK(training["layers"].back()["pass"] == "update");
  for (const nlohmann::json& row : training["layers"]) CHECK(row["seconds"].get<double>() > 0);
}

}  // namespace huegrad::test
