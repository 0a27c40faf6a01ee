// huegrad evaluate as a user calls it, on a pack of the demo photographs.
#include <doctest/doctest.h>

#include <sstream>

#include "core/files.h"
#include "data/pack.h"
#include "tests/support/coloring.h"

using namespace huegrad;
using test::CommandResult;
using test::contains;
using test::TemporaryFolder;

namespace {

std::string demo_pack(const TemporaryFolder& folder) {
  const std::string pack = folder / "demo.pack";
  REQUIRE(test::huegrad({"prepare", "folder", test::kDemo.string(), "-o", pack, "--size", "64"}).status == 0);
  return pack;
}

// A picture that is of class 0 at the left, of class 1 in its right quarter, and unlabelled between.
std::string labelled_pack(const TemporaryFolder& folder, double label_weight = 1) {
  const std::string path = folder / "labelled.pack";
  PackWriter writer(path);
  const Image image = test::noise(64, 64, 3);
  LabelMap map{64, 64, std::vector<uint8_t>(64 * 64, kIgnoreLabel)};
  for (size_t i = 0; i < map.labels.size(); ++i)
    if (i % 64 < 42 || i % 64 >= 48) map.labels[i] = i % 64 >= 48;
  writer.add("picture", image, &map);
  PackMetadata metadata;
  metadata.kind = "voc";
  metadata.size = 64;
  metadata.label_weight = label_weight;
  metadata.classes = test::small_config().classes;
  metadata.prior.assign(313, 1 / 313.0);
  metadata.prior_colors = 1;
  metadata.frequencies = ClassFrequencies(int64_t(metadata.classes.size()));
  metadata.frequencies.add(map);
  writer.commit(metadata);
  return path;
}

nlohmann::json evaluate_json(const TemporaryFolder& folder, std::vector<std::string> arguments) {
  arguments.push_back("--json");
  const CommandResult result = test::run(folder, "evaluate", arguments);
  REQUIRE(result.status == 0);
  return nlohmann::json::parse(result.out);
}

}  // namespace

TEST_CASE("evaluate: figures of the grey picture and the model, with protocol and number of pictures") {
  const TemporaryFolder folder;
  const std::string pack = demo_pack(folder), report = folder / "report.json";
  const nlohmann::json json = evaluate_json(folder, {"--data", pack, "--limit", "9", "--report", report});
  CHECK(read_json(report) == json);
  CHECK(json["protocol"] == "bmvc18");
  CHECK(json["pictures"] == 9);
  CHECK(json["semantics"].is_null());
  REQUIRE(json["rows"].size() == 2);
  const nlohmann::json &grey = json["rows"][0], &model = json["rows"][1];
  CHECK(grey["name"] == "grey picture");
  CHECK(grey["colorfulness"] < 1);
  CHECK(grey["colorfulness"] < json["original"]["colorfulness"]);
  CHECK(model["psnr"] != grey["psnr"]);
  for (const nlohmann::json& row : json["rows"]) {
    CHECK(row["psnr"] > 10);
    CHECK(row["psnr"] < 40);
    CHECK(row["ssim"] > 0.5);
    CHECK(row["ssim"] < 1);
    CHECK(row["auc"] > 0.5);
    CHECK(row["auc"] < 1);
    CHECK(row["balanced_auc"] < row["auc"]);  // rare colours are further from grey
    for (const auto& [name, interval] : row["interval"].items()) {
      CAPTURE(name);
      CHECK(interval[0] <= row[name]);
      CHECK(row[name] <= interval[1]);
      CHECK(interval[0] < interval[1]);
    }
  }
  CHECK_FALSE(grey.contains("color_kl"));
  CHECK(model["color_kl"] > 1);
  CHECK(model["balanced_color_kl"] > 1);
  CHECK(model["difference"]["from"] == "grey picture");
  CHECK(model["difference"]["psnr"].get<double>() ==
        doctest::Approx(model["psnr"].get<double>() - grey["psnr"].get<double>()));
}

TEST_CASE("evaluate: intervals depend on the seed and the number of resamples alone") {
  const TemporaryFolder folder;
  const std::string pack = demo_pack(folder);
  const std::vector<std::string> arguments = {"--data", pack, "--limit", "6"};
  const nlohmann::json once = evaluate_json(folder, arguments);
  CHECK(evaluate_json(folder, arguments) == once);
  const auto rows_with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), arguments.begin(), arguments.end());
    return evaluate_json(folder, more)["rows"][1];
  };
  const nlohmann::json other = rows_with({"--seed", "4"});
  CHECK(other["psnr"] == once["rows"][1]["psnr"]);
  CHECK(other["interval"]["psnr"] != once["rows"][1]["interval"]["psnr"]);
  CHECK(rows_with({"--resamples", "50"})["interval"] != once["rows"][1]["interval"]);
}

TEST_CASE("evaluate: colours are measured as they are asked for") {
  const TemporaryFolder folder;
  const std::string pack = demo_pack(folder);
  const auto colored = [&](std::vector<std::string> flags) {
    flags.insert(flags.end(), {"--data", pack, "--limit", "3"});
    const nlohmann::json json = evaluate_json(folder, flags);
    return std::pair(json["rows"][1]["colorfulness"].get<double>(), json["saturation"].get<double>());
  };
  const auto [plain, factor] = colored({});
  CHECK(factor == 1);
  const auto [bold, twice] = colored({"--saturation", "2"});
  CHECK(twice == 2);
  CHECK(bold > 1.2 * plain);
  CHECK(colored({"--saturation", "0"}).first < 1);
  for (const char* flag : {"--temperature", "--jbu-sigma-s", "--jbu-sigma-r", "--jbu-radius"}) {
    CAPTURE(flag);
    CHECK(colored({flag, "1"}).first != plain);
  }
  CHECK(test::run(folder, "evaluate", {"--data", pack, "--saturation", "-1"}).status == 2);
}

TEST_CASE("evaluate: --ablation never invents a row") {
  const TemporaryFolder folder;
  const std::string pack = demo_pack(folder);
  const nlohmann::json json = evaluate_json(folder, {"--data", pack, "--limit", "2", "--ablation"});
  REQUIRE(json["rows"].size() == 4);
  CHECK(contains(json["rows"][1]["not_measured"], "--model-without-semantics"));
  CHECK(json["rows"][2]["paper_psnr"] == 22.3);
  CHECK(json["rows"][2]["psnr"] != json["rows"][3]["psnr"]);

  save_model(folder / "plain.safetensors", test::small_network(false), nlohmann::json::object());
  const nlohmann::json full =
      evaluate_json(folder, {"--data", pack, "--limit", "2", "--ablation", "--model-without-semantics",
                             folder / "plain.safetensors"});
  CHECK(full["rows"][1]["psnr"] > 10);
  CHECK(full["rows"][2]["psnr"] == json["rows"][2]["psnr"]);
  CHECK(full["rows"][2]["difference"]["from"] == "without semantics or JBU");
  CHECK(full["rows"][3]["difference"]["from"] == "only with semantics");
  const CommandResult wrong =
      test::run(folder, "evaluate", {"--data", pack, "--model-without-semantics", test::small_model(folder)});
  CHECK(wrong.status == 2);
}

TEST_CASE("evaluate: --ablation tells what the model costs, beside the paper's figures") {
  const TemporaryFolder folder;
  const std::string pack = demo_pack(folder), model = folder / "fast.safetensors";
  const auto ablation = [&](const char* format) {
    return test::huegrad(
        {"evaluate", "--data", pack, "--limit", "2", "--ablation", "--model", model, format});
  };
  save_model(model, test::small_network(), nlohmann::json::object());
  nlohmann::json json = nlohmann::json::parse(ablation("--json").out);
  CHECK(json["epoch"]["minutes"].is_null());
  CHECK(json["run_time"]["network_size"] == nlohmann::json{64, 64});
  CHECK(json["run_time"]["network_ms"] > 0);
  CHECK(json["run_time"]["picture_ms"] > 0);
  CHECK(json["run_time"]["paper_network_ms"] == 25);
  CHECK(json["model_size"]["paper_mb"] == 147.5);
  CHECK(json["model_size"]["stored_mb"].get<double>() ==
        doctest::Approx(1e-6 * double(std::filesystem::file_size(model))));
  // The file has a header, but neither the bins' centres nor anything else the count leaves out.
  CHECK(json["model_size"]["float32_mb"] < json["model_size"]["stored_mb"]);

  save_model(model, test::small_network(), {{"images_per_second", 17.5}, {"machine", "a loom"}}, true);
  json = nlohmann::json::parse(ablation("--json").out);
  CHECK(json["epoch"]["minutes"].get<double>() == doctest::Approx(10582 / 17.5 / 60));
  const std::string text = ablation("--seed=1").out;
  for (const char* part : {"the paper 147.5 MB", "the paper 25 ms (GTX Titan X)", "threads, fp32",
                           "10.1 min at 17.5 pictures a second on a loom; the paper 20 min"})
    CHECK(contains(text, part));
}

TEST_CASE("evaluate: --edges compares three ways to full size") {
  const TemporaryFolder folder;
  const std::string pack = labelled_pack(folder);
  const nlohmann::json json = evaluate_json(folder, {"--data", pack, "--edges"});
  REQUIRE(json["rows"].size() == 4);
  CHECK_FALSE(json["rows"][0].contains("edge_alignment"));  // the grey picture has no edges of colour
  for (size_t i = 1; i < 4; ++i) {
    const nlohmann::json& row = json["rows"][i];
    CHECK(row["name"] == std::vector<std::string>{"bilinear", "bicubic", "joint bilateral"}[i - 1]);
    CHECK(row["kept_contrast"] >= 0);
    CHECK(std::abs(row["edge_alignment"].get<double>()) <= 1);
    CHECK(row["color_kl"] == json["rows"][1]["color_kl"]);  // of the same prediction
    if (i > 1) CHECK(row["difference"]["from"] == "bilinear");
  }
  CHECK(json["original"].contains("kept_contrast"));
  CHECK_FALSE(json["original"].contains("psnr"));
  const CommandResult table = test::run(folder, "evaluate", {"--data", pack, "--edges"});
  for (const char* part : {"edge alignment", "contrast kept %", "bleeding %", "- bilinear"})
    CHECK(contains(table.out, part));
  CHECK(test::run(folder, "evaluate", {"--data", pack, "--edges", "--ablation"}).status == 2);
}

TEST_CASE("evaluate: guessed labels are not taken for the truth") {
  const TemporaryFolder folder;
  const nlohmann::json json = evaluate_json(folder, {"--data", labelled_pack(folder, 0.3)});
  CHECK(json["semantics"].is_null());
  CHECK_FALSE(json["original"].contains("kept_contrast"));
}

TEST_CASE("evaluate: labels") {
  const TemporaryFolder folder;
  const nlohmann::json json = evaluate_json(folder, {"--data", labelled_pack(folder)});
  const nlohmann::json& semantics = json["semantics"];
  CHECK(semantics["pixels"] == 64 * (42 + 16));
  CHECK(semantics["iou"].size() == 2);
  CHECK(semantics["iou"].contains("background"));
  CHECK(semantics["interval"]["iou"].contains("background"));
  CHECK(semantics["interval"]["mean_iou"][0] == semantics["mean_iou"]);  // only one picture
}

TEST_CASE("evaluate: protocols, the table, wrong usage") {
  const TemporaryFolder folder;
  const std::string pack = demo_pack(folder);
  const CommandResult table =
      test::run(folder, "evaluate", {"--data", pack, "--limit", "1", "--protocol", "zhang16"});
  CHECK(table.status == 0);
  for (const char* part : {"protocol zhang16", "256x256", "1 pictures", "balanced AuC", "balanced KL",
                           "has no labels", "PSNR of 8-bit RGB"})
    CHECK(contains(table.out, part));
  for (const char* more : {"--quiet", "--ablation", "--edges"}) {
    // With the model that ships: what an untrained one makes up has more digits.
    std::istringstream lines(test::huegrad({"evaluate", "--data", pack, "--limit", "2", more}).out);
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 120);
  }
  const CommandResult unknown = test::run(folder, "evaluate", {"--data", pack, "--protocol", "mine"});
  CHECK(unknown.status == 2);
  CHECK(contains(unknown.err, "bmvc18, zhang16, ddcolor"));
  CHECK(test::run(folder, "evaluate", {"--data", folder / "gone.pack"}).status == 1);
  CHECK(test::run(folder, "evaluate", {"--data", (test::kDemo / "cat.jpg").string()}).status == 1);
}
