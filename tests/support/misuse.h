// Calls of huegrad that must fail, and the contract of a failure: one line that says what, where and what to
// do; the exit status; and nothing half-written.
#pragma once
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "core/files.h"
#include "core/safetensors.h"
#include "data/pack.h"
#include "tests/support/coloring.h"
#include "tests/support/tiny_dataset.h"

namespace huegrad::test {

struct Misuse {
  std::vector<std::string> arguments;
  int status;
  std::vector<std::string> parts;  // of the message
};

// A folder of good and bad files, made once; commands write to out/.
class MisuseWorkshop {
 public:
  MisuseWorkshop() {
    const std::string cat = bytes_of(kDemo / "cat.jpg");
    write("truncated.jpg", cat.substr(0, cat.size() / 2));
    write("album/cat.jpg", cat);
    write("page.jpg", "<html>404</html>");
    write("notes.json", "{\"preset\": \"x\",}");
    write("unknown.json", "{\"colour\": 1}");
    write_image(folder_ / "good.png", noise(16, 16, 3));
    std::filesystem::create_directories(folder_ / "empty");
    make_pack(folder_ / "good.pack", "p", 2, small_config().classes);
    std::string pack = bytes_of(folder_ / "good.pack");
    write("short.pack", pack.substr(0, pack.size() - 9));
    pack[8] = 7;  // the version
    write("newer.pack", pack);
    pack[8] = 1;
    pack[sizeof(PackHeader) + 5] ^= 1;  // a pixel of the first picture
    write("damaged.pack", pack);
    save_model(folder_ / "good.safetensors", small_network(), nlohmann::json::object());
    const SafetensorsFile model(folder_ / "good.safetensors");
    SafetensorsMetadata metadata = model.metadata();
    metadata["format_version"] = "7";
    write_safetensors(folder_ / "newer.safetensors", metadata, model.tensors());
    write_json(folder_ / "net.json", to_json(small_config()));
  }

  std::string path(const std::string& name) const { return folder_ / name; }

  // Runs the command in a shell that sets a limit first ("" for none); `~` begins a path of this folder.
  CommandResult run(std::vector<std::string> arguments, const std::string& limit = "") const {
    for (std::string& argument : arguments)
      for (size_t at; (at = argument.find('~')) != std::string::npos;) argument.replace(at, 1, path(""));
    if (limit.empty()) return test::huegrad(arguments);
    std::string command = limit + "; exec '" HUEGRAD_BINARY "'";
    for (const std::string& argument : arguments) command += " '" + argument + "'";
    command = "(" + command + ") >'" + path("stdout") + "' 2>'" + path("stderr") + "'";
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), bytes_of(path("stdout")), bytes_of(path("stderr"))};
  }

  // The whole contract for a command that does nothing but fail.
  void refused(const Misuse& c, const std::string& limit = "") const {
    const CommandResult result = run(c.arguments, limit);
    std::string command;
    for (const std::string& argument : c.arguments) command += " " + argument;
    CAPTURE(command);
    CAPTURE(result.err);
    CHECK(result.status == c.status);
    CHECK(result.err.starts_with("huegrad: error: "));
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
    for (const std::string& part : c.parts) {
      CAPTURE(part);
      CHECK(contains(result.err, part));
    }
    CHECK(written() == 0);
    std::filesystem::remove_all(path("out"));
  }

  // Files below out/, temporary ones included.
  int64_t written() const {
    int64_t files = 0;
    if (std::filesystem::exists(path("out")))
      for (const auto& entry : std::filesystem::recursive_directory_iterator(path("out")))
        files += entry.is_regular_file();
    return files;
  }

 private:
  void write(const std::string& name, const std::string& bytes) const { write_file(folder_ / name, bytes); }

  TemporaryFolder folder_;
};

}  // namespace huegrad::test
