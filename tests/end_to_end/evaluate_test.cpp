// huegrad evaluate as a user calls it, on a pack of the demo photographs.
#include <doctest/doctest.h>

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

// Pictures whose left half is of class 0, the right half unlabelled.
std::string labelled_pack(const TemporaryFolder& folder) {
  const std::string path = folder / "labelled.pack";
  PackWriter writer(path);
  const Image image = test::noise(64, 64, 3);
  LabelMap map{64, 64, std::vector<uint8_t>(64 * 64, kIgnoreLabel)};
  for (size_t i = 0; i < map.labels.size(); ++i)
    if (i % 64 < 32) map.labels[i] = 0;
  writer.add("picture", image, &map);
  PackMetadata metadata;
  metadata.kind = "voc";
  metadata.size = 64;
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
  CHECK(grey["colorfulness"] < json["original_colorfulness"]);
  CHECK(model["psnr"] != grey["psnr"]);
  for (const nlohmann::json& row : json["rows"]) {
    CHECK(row["psnr"] > 10);
    CHECK(row["psnr"] < 40);
    CHECK(row["ssim"] > 0.5);
    CHECK(row["ssim"] < 1);
    CHECK(row["auc"] > 0.5);
    CHECK(row["auc"] < 1);
    CHECK(row["balanced_auc"] < row["auc"]);  // rare colours are further from grey
  }
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
  CHECK(full["rows"][2] == json["rows"][2]);
  const CommandResult wrong =
      test::run(folder, "evaluate", {"--data", pack, "--model-without-semantics", test::small_model(folder)});
  CHECK(wrong.status == 2);
}

TEST_CASE("evaluate: labels") {
  const TemporaryFolder folder;
  const nlohmann::json json = evaluate_json(folder, {"--data", labelled_pack(folder)});
  const nlohmann::json& semantics = json["semantics"];
  CHECK(semantics["pixels"] == 64 * 32);
  CHECK(semantics["iou"].size() == 1);
  CHECK(semantics["iou"].contains("background"));
  CHECK(semantics["mean_accuracy"] == semantics["pixel_accuracy"]);  // only one class occurs
}

TEST_CASE("evaluate: protocols, the table, wrong usage") {
  const TemporaryFolder folder;
  const std::string pack = demo_pack(folder);
  const CommandResult table =
      test::run(folder, "evaluate", {"--data", pack, "--limit", "1", "--protocol", "zhang16"});
  CHECK(table.status == 0);
  for (const char* part : {"protocol zhang16", "256x256", "1 pictures", "AuC balanced %", "has no labels"})
    CHECK(contains(table.out, part));
  const CommandResult unknown = test::run(folder, "evaluate", {"--data", pack, "--protocol", "mine"});
  CHECK(unknown.status == 2);
  CHECK(contains(unknown.err, "bmvc18, zhang16"));
  CHECK(test::run(folder, "evaluate", {"--data", folder / "gone.pack"}).status == 1);
  CHECK(test::run(folder, "evaluate", {"--data", (test::kDemo / "cat.jpg").string()}).status == 1);
}
