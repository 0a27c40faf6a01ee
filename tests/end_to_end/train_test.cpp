// huegrad train as its users meet it: started, interrupted, killed, resumed, misused.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/safetensors.h"
#include "data/image.h"
#include "net/model_file.h"
#include "tests/support/command.h"
#include "tests/support/demo_pack.h"
#include "tests/support/small_network.h"
#include "tests/support/text.h"
#include "tests/support/tiny_dataset.h"

namespace huegrad {
namespace {

namespace fs = std::filesystem;

// A network of a few channels and a pack of the demo photographs, in a folder.
struct Workshop {
  Workshop() {
    write_json(folder / "net.json", to_json(test::small_config()));
    test::make_demo_pack(folder / "demo.pack");
  }
  std::string path(const std::string& name) const { return (folder / name).string(); }
  // Arguments of a run of 8 steps in `run`, 5 steps to an epoch, on one thread.
  std::vector<std::string> arguments(const std::string& run) const {
    return {"train",
            "--preset",
            path("net.json"),
            "--data",
            path("demo.pack"),
            "--val",
            path("demo.pack"),
            "-o",
            path(run),
            "--crop",
            "32",
            "--batch",
            "2",
            "--max-steps",
            "8",
            "--threads",
            "1",
            "--set",
            "log_every=1",
            "checkpoint_steps=1"};
  }
  // That run on ten labelled pictures.
  void train_on_labels(const std::string& run) const {
    test::make_voc(folder / "voc", 10);
    REQUIRE(test::huegrad({"prepare", "voc", path("voc"), "--split", "train", "-o", path("labelled.pack")})
                .status == 0);
    std::vector<std::string> train = arguments(run);
    std::ranges::replace(train, path("demo.pack"), path("labelled.pack"));
    REQUIRE(test::huegrad(train).status == 0);
  }
  test::TemporaryFolder folder;
};

std::vector<nlohmann::json> read_log(const fs::path& path) {
  std::vector<nlohmann::json> events;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) events.push_back(nlohmann::json::parse(line));
  return events;
}

std::vector<fs::path> event_files(const fs::path& run) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(run))
    if (entry.path().filename().string().starts_with("events.out.tfevents.")) files.push_back(entry.path());
  return files;
}

bool same_tensors(const fs::path& a, const fs::path& b) {
  const SafetensorsFile one(a), other(b);
  if (one.tensors().size() != other.tensors().size()) return false;
  for (const StoredTensor& tensor : one.tensors()) {
    const StoredTensor* twin = other.find(tensor.name);
    if (!twin ||
        !std::equal(tensor.bytes.begin(), tensor.bytes.end(), twin->bytes.begin(), twin->bytes.end()))
      return false;
  }
  return true;
}

// Starts the program in the background and sends it a signal once the log holds step 3; its exit status.
int run_and_signal(const std::vector<std::string>& arguments, const std::string& log, const char* signal) {
  std::string command = std::string("'") + HUEGRAD_BINARY + "'";
  for (const std::string& argument : arguments) command += " '" + argument + "'";
  command += " 2>/dev/null & p=$!; until grep -q '\"step\":3' '" + log +
             "' 2>/dev/null || ! kill -0 $p 2>/dev/null; do sleep 0.01; done; kill -" + signal +
             " $p; wait $p";
  return WEXITSTATUS(std::system(command.c_str()));
}

}  // namespace

TEST_CASE("train: a run leaves everything it promises") {
  const Workshop shop;
  std::vector<std::string> arguments = shop.arguments("run");
  arguments.push_back("--json");
  const test::CommandResult result = test::huegrad(arguments);
  CAPTURE(result.err);
  REQUIRE(result.status == 0);
  const nlohmann::json outcome = nlohmann::json::parse(result.out);
  CHECK(outcome.at("finished") == true);
  CHECK(outcome.at("steps") == 8);
  CHECK(outcome.at("validation").at("pictures") == 10);

  const fs::path run = shop.folder / "run";
  CHECK(read_json(run / "config.json").at("options").at("batch") == 2);
  CHECK(fs::exists(run / "samples" / "epoch_001.png"));
  CHECK(fs::exists(run / "samples" / "epoch_002.png"));
  CHECK(fs::exists(run / "checkpoints" / "last.safetensors"));
  const LoadedModel model = load_model(run / "best.safetensors");
  CHECK(model.network.config().channels == test::small_config().channels);
  CHECK(model.provenance.at("validation").at("pictures") == 10);
  CHECK(model.provenance.at("data") == nlohmann::json{"demo.pack"});
  CHECK(model.provenance.at("images_per_second") > 0);
  CHECK_FALSE(model.provenance.at("machine").get<std::string>().empty());

  int steps = 0, epochs = 0;
  for (const nlohmann::json& event : read_log(run / "log.jsonl")) {
    steps += event.at("event") == "step";
    epochs += event.at("event") == "epoch";
  }
  CHECK(steps == 8);
  CHECK(epochs == 2);

  const std::vector<fs::path> events = event_files(run);
  REQUIRE(events.size() == 1);
  const std::vector<uint8_t> bytes = read_file(events[0]), sheet = read_file(run / "samples/epoch_002.png");
  CHECK_FALSE(std::ranges::search(bytes, sheet).empty());
  const std::vector<uint8_t> page = read_file(run / "report.html");
  fs::remove(run / "report.html");
  CHECK(test::huegrad({"train", "-o", shop.path("run"), "--report"}).status == 0);
  CHECK(read_file(run / "report.html") == page);
}

TEST_CASE("train: semantics=false is the same network without its branch") {
  const Workshop shop;
  std::vector<std::string> arguments = shop.arguments("run");
  arguments.push_back("semantics=false");
  REQUIRE(test::huegrad(arguments).status == 0);
  const LoadedModel model = load_model(shop.folder / "run" / "best.safetensors");
  CHECK_FALSE(model.network.config().semantics);
  CHECK(model.network.config().classes.empty());
  CHECK(model.network.config().channels == test::small_config().channels);
}

TEST_CASE("train: the report of labelled pictures has every section, also after it was resumed") {
  const Workshop shop;
  shop.train_on_labels("run");
  REQUIRE(test::huegrad({"train", "-o", shop.path("run"), "--resume", "--max-steps", "12"}).status == 0);
  const std::vector<uint8_t> bytes = read_file(shop.folder / "run" / "report.html");
  const std::string page(bytes.begin(), bytes.end());
  for (const char* part :
       {"Confusion matrix", "Intersection over union of each class", "Weight of each class",
        "How often each colour occurs", "How much each colour counts", "samples/epoch_003.png",
        "grey|predicted, bilinear|predicted, joint bilateral|truth|predicted labels|true labels",
        "Colours of the labels", "aeroplane taken for", "Time of an epoch", "Memory of tensors"})
    CHECK_MESSAGE(test::contains(page, part), std::string(part));
  CHECK_FALSE(test::contains(page, "class=\"none\""));  // no section is missing
}

TEST_CASE("train: labelled pictures have two more columns of samples and a confusion matrix in the log") {
  const Workshop shop;
  shop.train_on_labels("run");
  const fs::path run = shop.folder / "run";
  const Image sheet = read_image(run / "samples" / "epoch_002.png");
  CHECK(sheet.width == 6 * 32);
  CHECK(sheet.height == 2 * 32);
  int epochs_with_counts = 0;
  for (const nlohmann::json& event : read_log(run / "log.jsonl")) {
    if (!event.contains("confusion")) continue;  // not the best so far
    int64_t pixels = 0;
    for (const nlohmann::json& count : event.at("confusion")) pixels += count.get<int64_t>();
    CHECK(pixels == event.at("validation").at("labelled_pixels"));
    CHECK(pixels > 0);
    ++epochs_with_counts;
  }
  CHECK(epochs_with_counts >= 1);
  CHECK_FALSE(load_model(run / "best.safetensors").provenance.at("validation").contains("confusion"));
}

TEST_CASE("train: interrupted or killed, then resumed, is the run that was never stopped") {
  const Workshop shop;
  const std::vector<std::string> straight = shop.arguments("straight");
  REQUIRE(test::huegrad(straight).status == 0);
  for (const char* signal : {"INT", "TERM", "KILL"}) {
    CAPTURE(signal);
    const std::string log = shop.path(std::string(signal) + "/log.jsonl");
    const int status = run_and_signal(shop.arguments(signal), log, signal);
    CHECK(status == (std::string(signal) == "KILL" ? 128 + 9 : 0));
    const test::CommandResult resumed =
        test::huegrad({"train", "-o", shop.path(signal), "--resume", "--threads", "1"});
    CAPTURE(resumed.err);
    CHECK(resumed.status == 0);
    CHECK(same_tensors(shop.path(std::string(signal) + "/checkpoints/last.safetensors"),
                       shop.path("straight/checkpoints/last.safetensors")));
    std::vector<int64_t> steps;
    for (const nlohmann::json& event : read_log(log))
      if (event.at("event") == "step") steps.push_back(event.at("step").get<int64_t>());
    CHECK(steps == std::vector<int64_t>{1, 2, 3, 4, 5, 6, 7, 8});
  }
}

TEST_CASE("train: a longer limit continues a finished run, another batch size does not") {
  const Workshop shop;
  REQUIRE(test::huegrad(shop.arguments("run")).status == 0);
  const test::CommandResult longer =
      test::huegrad({"train", "-o", shop.path("run"), "--resume", "--max-steps", "9", "--json"});
  CHECK(longer.status == 0);
  CHECK(nlohmann::json::parse(longer.out).at("steps") == 9);
  const test::CommandResult other =
      test::huegrad({"train", "-o", shop.path("run"), "--resume", "--batch", "4"});
  CHECK(other.status == 2);
  CHECK(other.err.find("\"batch\" is 4 now") != std::string::npos);
}

TEST_CASE("train: what cannot work is refused in one line, before anything is written") {
  const Workshop shop;
  const auto refused = [&](std::vector<std::string> extra, int status, const std::string& message) {
    std::vector<std::string> arguments = shop.arguments("refused");
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    const test::CommandResult result = test::huegrad(arguments);
    CAPTURE(result.err);
    CAPTURE(message);
    CHECK(result.status == status);
    CHECK(result.err.find("huegrad: error: ") == 0);
    CHECK(result.err.find(message) != std::string::npos);
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
    CHECK_FALSE(fs::exists(shop.folder / "refused"));
  };
  refused({"--set", "optimizer=lion"}, 2, "Choose adam, adamw, sgd");
  refused({"--set", "nonsense=1"}, 2, "\"nonsense\" does not exist");
  refused({"--set", "data_weights=[1,2]"}, 2, "data_weights");
  refused({"--set", "crop=33"}, 2, "multiple of 8");
  refused({"--set", "initial_model=" + shop.path("none.safetensors")}, 1, "none.safetensors");
  refused({"--resume"}, 2, "no run to resume");
  refused({"--no-such-flag"}, 2, "no-such-flag");

  const test::CommandResult preset = test::huegrad(
      {"train", "--preset", "enormous", "--data", shop.path("demo.pack"), "-o", shop.path("refused")});
  CHECK(preset.status == 2);
  CHECK(preset.err.find("enormous") != std::string::npos);
  const test::CommandResult missing =
      test::huegrad({"train", "--data", shop.path("missing.pack"), "-o", shop.path("refused")});
  CHECK(missing.status == 1);
  CHECK(missing.err.find("missing.pack") != std::string::npos);
  CHECK(test::huegrad({"train", "-o", shop.path("refused")}).status == 2);
  REQUIRE(test::huegrad(shop.arguments("run")).status == 0);
  const test::CommandResult again = test::huegrad(shop.arguments("run"));
  CHECK(again.status == 2);
  CHECK(again.err.find("not empty") != std::string::npos);
}

TEST_CASE("train: every option is listed") {
  const test::CommandResult result = test::huegrad({"train", "--list-options"});
  CHECK(result.status == 0);
  CHECK(nlohmann::json::parse(result.out).at("optimizer") == "adamw");
}

}  // namespace huegrad
