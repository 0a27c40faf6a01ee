// huegrad --device cuda as a user calls it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/files.h"
#include "data/image.h"
#include "data/label_map.h"
#include "data/resize.h"
#include "kernels/vendor/cudnn_plan.h"
#include "kernels/vendor/library_choice.h"
#include "tests/support/coloring.h"
#include "tests/support/demo_pack.h"
#include "tests/support/environment.h"

namespace huegrad::test {
namespace {

CommandResult on_cuda(std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--device", "cuda"});
  return huegrad(arguments);
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

TEST_CASE("cuda program: without NVIDIA's libraries, auto says so once, cudnn is an error of the machine") {
  if (vendor::automatic_uses_libraries()) return;  // real ones: nobody can make them fail
  const Environment pretended("EMU_LIBRARIES", "closed");
  const TemporaryFolder folder;
  const std::string album = small_album(folder, 2).string();
  const auto with = [&](const std::string& convolution) {
    return colorize(folder, {album, "-o", (folder / convolution).string(), "--size", "16", "--device", "cuda",
                             "--conv", convolution, "--quiet"});
  };
  const CommandResult automatic = with("auto"), insisting = with("cudnn");
  CHECK(automatic.status == 0);
  CHECK(contains(automatic.err, "cudnnCreate"));
  CHECK(contains(automatic.err, "hand-written kernels"));
  CHECK(std::ranges::count(automatic.err, '\n') == 1);
  CHECK(insisting.status == 3);
  CHECK(contains(insisting.err, "cudnnCreate"));
  CHECK(contains(insisting.err, "--conv auto"));
  CHECK(std::ranges::count(insisting.err, '\n') == 1);
}

TEST_CASE("cuda program: 8 and 16 bits, grey, alpha, labels, sharp or not, are as on the CPU") {
  const TemporaryFolder folder;
  const std::filesystem::path album = folder / "album";
  std::filesystem::create_directory(album);
  for (int bits : {8, 16})
    for (int64_t channels : {1, 2, 3, 4})
      write_image(album / fmt::format("{}x{}.png", channels, bits), noise(44, 33, channels, bits));
  const auto colored = [&](const std::string& device, const std::string& name, const std::string& jbu) {
    std::vector<std::string> arguments = {
        album.string(), "-o",  (folder / name).string(), "--size", "16", "--labels", "--jobs", "2",
        "--device",     device};
    if (device == "cuda") arguments.insert(arguments.end(), {"--precision", "fp32"});
    if (!jbu.empty()) arguments.push_back(jbu);
    const CommandResult result = colorize(folder, arguments);
    CHECK(result.err == "");
    REQUIRE(result.status == 0);
    return folder / name;
  };
  for (const std::string jbu : {"", "--no-jbu"}) {
    const auto cpu = colored("cpu", "cpu" + jbu, jbu), cuda = colored("cuda", "cuda" + jbu, jbu);
    for (const auto& entry : std::filesystem::directory_iterator(album)) {
      const std::string name = entry.path().stem();
      CAPTURE(name);
      const Image expected = read_image(cpu / (name + ".png"));
      CHECK(largest_step(read_image(cuda / (name + ".png")), expected) <=
            sample_tolerance(expected.bit_depth));
      const LabelMap a = read_label_png(cuda / (name + ".labels.png"));
      const LabelMap b = read_label_png(cpu / (name + ".labels.png"));
      REQUIRE(a.labels.size() == b.labels.size());
      size_t different = 0;  // where classes are all but equal
      for (size_t i = 0; i < a.labels.size(); ++i) different += a.labels[i] != b.labels[i];
      CHECK(different <= a.labels.size() / 500);
    }
  }
}

TEST_CASE("cuda program: segment") {
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

TEST_CASE(
    "cuda program: engines that were measured are kept, and so are the bits; a damaged file is made anew") {
  std::optional<Environment> stand_ins;
  if (!vendor::automatic_uses_libraries()) stand_ins.emplace("EMU_LIBRARIES", "open");
  if (!vendor::cudnn_unavailable().empty()) return;
  const TemporaryFolder folder;
  const Environment cache("XDG_CACHE_HOME", (folder / "cache").string());
  const std::filesystem::path preset = folder / "small.json";
  std::ofstream(preset) << to_json(small_config()).dump();
  const std::string pack = make_demo_pack(folder / "demo.pack", 48).string();
  const auto train = [&](const std::string& run) {
    return on_cuda({"train", "--preset", preset.string(), "--data", pack, "-o", (folder / run).string(),
                    "--max-steps", "2", "--batch", "1", "--crop", "16", "--quiet"});
  };
  const auto kept = [&] {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "cache" / "huegrad"))
      files.push_back(entry.path());
    REQUIRE(files.size() == 1);
    return files[0];
  };
  CHECK(train("once").err == "");
  const nlohmann::json choices = read_json(kept());
  CHECK(choices.size() > 10);
  CHECK(train("again").err == "");
  CHECK(read_json(kept()) == choices);
  const auto weight = [&](const std::string& run) {
    return load_model(folder / run / "best.safetensors").network.tensors()[0].tensor.values<float>();
  };
  CHECK(weight("once") == weight("again"));
  std::ofstream(kept()) << "{\"a\"";
  const CommandResult damaged = train("third");
  CHECK(damaged.status == 0);
  CHECK(contains(damaged.err, "measured anew"));
  CHECK(std::ranges::count(damaged.err, '\n') == 1);
  CHECK(read_json(kept()).size() == choices.size());
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
  for (const char* figure :
       {"psnr", "ssim", "auc", "balanced_auc", "colorfulness", "color_kl", "edge_alignment"}) {
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
  for (const nlohmann::json& row : layers({"--precision", "bf16"})["layers"])
    if (row["layer"] == "conv8_313") CHECK(row["algorithm"] == "handwritten");  // with cuDNN or without
  const nlohmann::json training = layers({"--train", "--precision", "bf16"});
  CHECK(training["layers"].back()["pass"] == "update");
  for (const nlohmann::json& row : training["layers"]) CHECK(row["seconds"].get<double>() > 0);
}

}  // namespace huegrad::test
