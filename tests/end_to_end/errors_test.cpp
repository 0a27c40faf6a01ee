// What goes wrong, by every command: one line that says what, where and what to do; the exit status; and
// nothing half-written.
#include <doctest/doctest.h>

#include "data/pack.h"
#include "tests/support/misuse.h"

using namespace huegrad;
using test::bytes_of;
using test::CommandResult;
using test::contains;
using test::kDemo;
using test::Misuse;
using test::MisuseWorkshop;

namespace fs = std::filesystem;

namespace {

const std::vector<std::string> kCommands = {"colorize", "segment",  "prepare",   "prior",
                                            "train",    "evaluate", "gradcheck", "summary"};

// A complete training command but for what a case adds.
std::vector<std::string> train(std::vector<std::string> more) {
  std::vector<std::string> arguments = {"train", "--crop", "32", "--batch", "2", "--threads", "1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace

TEST_CASE("errors: every command refuses unknown flags, and its help has examples") {
  const MisuseWorkshop shop;
  for (const std::string& command : kCommands) {
    CAPTURE(command);
    const CommandResult help = test::huegrad({command, "--help"});
    CHECK(help.status == 0);
    CHECK(help.err.empty());
    CHECK(contains(help.out, "Examples:\n  huegrad " + command));
    std::vector<std::string> arguments = {command, "--colour"};
    if (command == "prepare") arguments.insert(arguments.end(), {"folder", "~empty", "-o", "~out/p"});
    if (command == "prior") arguments.push_back("~good.pack");
    if (command == "evaluate") arguments.insert(arguments.end(), {"--data", "~good.pack"});
    if (command == "colorize" || command == "segment")
      arguments.insert(arguments.end(), {"~good.png", "-o", "~out/o.png"});
    shop.refused({arguments, 2, {"--colour", "Run 'huegrad " + command + " --help'"}});
  }
  shop.refused({{"colourize"}, 2, {"'colourize'", "Commands: colorize, segment, "}});
  shop.refused({{"--colour"}, 2, {"'--colour'", "Commands: colorize, segment, "}});
  const CommandResult alone = test::huegrad({});
  CHECK(alone.status == 2);
  for (const std::string& command : kCommands) CHECK(contains(alone.err, command));
  CHECK(alone.out.empty());
}

TEST_CASE("errors: pictures") {
  const MisuseWorkshop shop;
  const std::vector<Misuse> cases = {
      {{"~truncated.jpg"}, 1, {"truncated JPEG", "truncated.jpg"}},
      {{"~page.jpg"}, 1, {"not a JPEG, PNG", "page.jpg"}},
      {{"~gone.jpg"}, 1, {"no such file", "gone.jpg"}},
      {{"~gone*.jpg"}, 1, {"no file matches", "gone*.jpg"}},
      {{"~empty"}, 1, {"no picture in this folder", "empty"}},
      {{"~good.png", "--size", "1e99"}, 2, {"1e99"}},
      {{"~good.png", "--size", "99999"}, 2, {"99999", "out of range"}},
      {{"~good.png", "--batch", "-1"}, 2, {"--batch", "-1"}},
      {{"~good.png", "--jobs", "nan"}, 2, {"--jobs", "nan"}},
      {{"~good.png", "--device", "cuda"}, 3, {"--device cpu"}},
  };
  for (const char* command : {"colorize", "segment"})
    for (Misuse c : cases) {
      c.arguments.insert(c.arguments.begin(), command);
      c.arguments.insert(c.arguments.end(), {"-o", "~out/o.png", "--quiet", "--model", "~good.safetensors"});
      shop.refused(c);
    }
  for (const char* name : {"--temperature", "--saturation", "--jbu-sigma-s", "--jbu-sigma-r"})
    shop.refused({{"colorize", "~good.png", "-o", "~out/o.png", "--model", "~good.safetensors", name, "nan"},
                  2,
                  {"nan"}});
}

TEST_CASE("errors: models and packs of another kind, version or length") {
  const MisuseWorkshop shop;
  for (const auto& [file, part] : std::vector<std::pair<std::string, std::string>>{
           {"newer.safetensors", "format version '7', this program reads 1"},
           {"good.pack", "not a safetensors file"},
           {"gone.safetensors", "No such file"},
           {"empty", "not a regular file"}}) {
    const std::string model = "~" + file;
    shop.refused({{"colorize", "~good.png", "-o", "~out/o.png", "--model", model}, 1, {file, part}});
    shop.refused({{"segment", "~good.png", "-o", "~out/o.png", "--model", model}, 1, {file, part}});
    shop.refused(
        {{"evaluate", "--data", "~good.pack", "--report", "~out/r.json", "--model", model}, 1, {file, part}});
    shop.refused({{"summary", "--model", model}, 1, {file, part}});
    shop.refused({train({"--preset", "~net.json", "--data", "~good.pack", "-o", "~out/run", "--set",
                         "initial_model=" + model}),
                  1,
                  {file, part}});
  }
  for (const auto& [file, part] : std::vector<std::pair<std::string, std::string>>{
           {"newer.pack", "version 7, this program reads version 1"},
           {"short.pack", "incomplete"},
           {"good.safetensors", "not a pack"},
           {"gone.pack", "No such file"}}) {
    const std::string pack = "~" + file;
    shop.refused({{"prior", pack, "-o", "~out/prior.json"}, 1, {file, part}});
    shop.refused({{"evaluate", "--data", pack, "--model", "~good.safetensors", "--report", "~out/r.json"},
                  1,
                  {file, part}});
    shop.refused({train({"--preset", "~net.json", "--data", pack, "-o", "~out/run"}), 1, {file, part}});
  }
  const std::vector<std::string> damage = {"picture 0", "is damaged", "damaged.pack"};
  shop.refused(
      {{"evaluate", "--data", "~damaged.pack", "--model", "~good.safetensors", "--report", "~out/r.json"},
       1,
       damage});
  shop.refused({train({"--preset", "~net.json", "--data", "~damaged.pack", "-o", "~out/run"}), 1, damage});
}

TEST_CASE("errors: presets and options of training") {
  const MisuseWorkshop shop;
  const std::vector<Misuse> cases = {
      {{"--preset", "huge"}, 2, {"no preset 'huge'", "coco-stuff, light, small, tiny, voc, zhang"}},
      {{"--preset", "~notes.json"}, 1, {"not valid JSON at byte", "notes.json"}},
      {{"--preset", "~unknown.json"}, 2, {"unknown field 'colour'", "unknown.json"}},
      {{"--preset", "~gone.json"}, 1, {"gone.json"}},
      {{"--minutes", "nan"}, 2, {"max_minutes", "nan"}},
      {{"--epochs", "-1"}, 2, {"epochs", "-1"}},
      {{"--epochs", "99999999999999999999"}, 2, {"epochs"}},
      {{"--seed", "-1"}, 2, {"--seed", "-1"}},
      {{"--threads", "-2"}, 2, {"--threads", "-2"}},
      {{"--set", "batch"}, 2, {"not key=value"}},
      {{"--set", "learning_rate=nan"}, 2, {"learning_rate", "number"}},
      {{"--device", "cuda"}, 3, {"--device cpu"}},
      {{"--val", ""}, 2, {"--val"}},
  };
  for (const Misuse& c : cases) {
    std::vector<std::string> arguments = c.arguments;
    if (c.arguments[0] != "--preset") arguments.insert(arguments.end(), {"--preset", "~net.json"});
    arguments.insert(arguments.end(), {"--data", "~good.pack", "-o", "~out/run"});
    shop.refused({train(arguments), c.status, c.parts});
  }
  shop.refused({{"summary", "--preset", "huge"}, 2, {"no preset 'huge'", "tiny, voc"}});
  shop.refused({{"summary", "--preset", "voc", "--size", "12"}, 2, {"12", "multiple of 8"}});
  shop.refused({train({"--preset", "~net.json", "--data", "~good.pack", "-o", "~good.png"}),
                2,
                {"a file is in the place of the run's folder", "good.png"}});
  fs::create_directories(shop.path("old/checkpoints"));
  write_file(shop.path("old/checkpoints/last.safetensors"), std::string_view());
  for (const char* text : {R"({"format": 3})", R"({"format": "huegrad run", "options": {}})", "[]"}) {
    write_file(shop.path("old/config.json"), std::string_view(text));
    shop.refused({{"train", "-o", "~old", "--resume"}, 1, {"not the configuration of", "old/config.json"}});
  }
  write_file(shop.path("old/config.json"),
             std::string_view(R"({"format": "huegrad run", "version": 7, "options": {}, "network": {}})"));
  shop.refused({{"train", "-o", "~old", "--resume"},
                1,
                {"version 7, this program reads version 1", "old/config.json"}});
}

TEST_CASE("errors: data sets") {
  const MisuseWorkshop shop;
  const std::string out = "~out/p.pack";
  const std::vector<Misuse> cases = {
      {{"folder", "~gone", "-o", out}, 1, {"no such folder", "gone"}},
      {{"folder", "~empty", "-o", out}, 1, {"no pictures in this folder", "empty"}},
      {{"voc", "~empty", "-o", out}, 1, {"JPEGImages", "root of a PASCAL VOC"}},
      {{"tar", "~empty", "-o", out}, 2, {"tar", "voc,coco-stuff,folder"}},
      {{"folder", kDemo, "-o", out, "--size", "-8"}, 2, {"size", "8..4096", "-8"}},
      {{"folder", kDemo, "-o", out, "--label-weight", "nan"}, 2, {"label weight", "nan"}},
      {{"folder", kDemo, "-o", "~empty", "--size", "16"}, 2, {"a folder", "empty"}},
      {{"folder", "~album", "-o", "~album/cat.jpg"}, 2, {"overwrite an input", "cat.jpg"}},
  };
  for (Misuse c : cases) {
    c.arguments.insert(c.arguments.begin(), "prepare");
    shop.refused(c);
  }
  CHECK(fs::is_empty(shop.path("empty")));
  const std::string pack = bytes_of(shop.path("good.pack"));
  for (const char* flag : {"-o", "--plot"})
    shop.refused({{"prior", "~good.pack", flag, "~good.pack"}, 2, {"overwrite an input"}});
  shop.refused({{"prior", "~good.pack", "-o", "~out/p.json", "--plot", "~out/p.gif"}, 2, {"p.gif", ".png"}});
  CHECK(bytes_of(shop.path("good.pack")) == pack);
}

TEST_CASE("errors: prepare leaves out what cannot be used, by name and figure, and packs the rest") {
  const MisuseWorkshop shop;
  const fs::path voc = shop.path("voc");
  test::make_voc(voc, 5);
  const std::string jpeg = bytes_of(voc / "JPEGImages/p1.jpg");
  write_file(voc / "JPEGImages/p1.jpg", std::string_view(jpeg).substr(0, jpeg.size() - 30));
  write_label_png(voc / "SegmentationClass/p2.png", test::two_labels(61, 40));
  LabelMap map = test::two_labels(60, 40);
  map.labels[60 * 7 + 5] = 21;
  write_label_png(voc / "SegmentationClass/p3.png", map);
  fs::remove(voc / "JPEGImages/p4.jpg");
  const CommandResult result =
      shop.run({"prepare", "voc", "~voc", "-o", "~out/p.pack", "--size", "32", "--quiet"});
  CAPTURE(result.err);
  CHECK(result.status == 1);
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 4);
  for (const char* part : {"p1.jpg", "the labels are 61x40, but the picture is 60x40", "p2.png",
                           "label 21 at x 5, y 7 is out of range: there are 21 classes", "p3.png", "p4.jpg"})
    CHECK(contains(result.err, part));
  CHECK(shop.written() == 1);
  CHECK(Pack(shop.path("out/p.pack")).size() == 1);
}

TEST_CASE("errors: full disks") {
  const MisuseWorkshop shop;
  const std::vector<std::string> model = {"--model", "~good.safetensors"};
  const auto with_model = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), model.begin(), model.end());
    return arguments;
  };
  const std::string full = "No space left on device (/dev/full). Free some disk space";
  shop.refused({{"prepare", "folder", kDemo, "--size", "16", "-o", "/dev/full"}, 3, {full}});
  shop.refused({{"prior", "~good.pack", "-o", "/dev/full"}, 3, {full}});
  shop.refused(
      {with_model({"evaluate", "--data", "~good.pack", "--limit", "1", "--report", "/dev/full"}), 3, {full}});
  // A limit on the size of files behaves as a disk that fills up while it is written to.
  const std::string limit = "ulimit -f 2";
  shop.refused({{"prepare", "folder", kDemo, "--size", "64", "-o", "~out/p.pack"},
                3,
                {"File too large", "p.pack", "ulimit -f"}},
               limit);
  const std::string cat = (kDemo / "cat.jpg").string();
  shop.refused({with_model({"colorize", cat, "-o", "~out/o.png"}), 3, {"File too large", "o.png"}}, limit);
  shop.refused({with_model({"segment", cat, "-o", "~out/o.png", "--overlay"}), 3, {"File too large"}}, limit);
  shop.refused({{"prior", "~good.pack", "--plot", "~out/p.png"}, 3, {"File too large", "p.png"}}, limit);
}

TEST_CASE("errors: a disk that fills up during training leaves no half of a checkpoint") {
  const MisuseWorkshop shop;
  const CommandResult result =
      shop.run(train({"--preset", "~net.json", "--data", "~good.pack", "-o", "~out/run", "--max-steps", "1"}),
               "ulimit -f 8");
  CAPTURE(result.err);
  CHECK(result.status == 3);
  CHECK(contains(result.err, "huegrad: error: cannot write file: File too large"));
  for (const auto& entry : fs::recursive_directory_iterator(shop.path("out")))
    CHECK_FALSE(contains(entry.path().string(), ".tmp"));
  CHECK_FALSE(fs::exists(shop.path("out/run/checkpoints/last.safetensors")));
  CHECK(nlohmann::json::parse(bytes_of(shop.path("out/run/config.json"))).is_object());
}

TEST_CASE("errors: an output stream that takes nothing") {
  const MisuseWorkshop shop;
  for (const std::string command : {"summary --preset tiny", "summary --preset tiny --json", "--help",
                                    "train --list-options", "gradcheck --layer relu"}) {
    CAPTURE(command);
    const std::string line =
        "'" HUEGRAD_BINARY "' " + command + " >/dev/full 2>'" + shop.path("stderr") + "'";
    CHECK(WEXITSTATUS(std::system(line.c_str())) == 3);
    const std::string message = bytes_of(shop.path("stderr"));
    CHECK(message.starts_with("huegrad: error: "));
    CHECK(std::count(message.begin(), message.end(), '\n') == 1);
  }
}

TEST_CASE("errors: memory that is not there") {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they need all addresses for themselves
  const MisuseWorkshop shop;
  shop.refused({{"colorize", (kDemo / "cat.jpg").string(), "-o", "~out/o.png", "--size", "8192", "--jobs",
                 "1", "--model", "~good.safetensors"},
                3,
                {"out of memory", "--size"}},
               "ulimit -v 1000000");
#endif
}

TEST_CASE("errors: a name with a line feed still makes one line") {
  const MisuseWorkshop shop;
  shop.refused({{"colorize", "~no\nsuch.jpg", "-o", "~out/o.png", "--quiet", "--model", "~good.safetensors"},
                1,
                {"no such.jpg"}});
}
