#include "net/run_folder.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "core/error.h"
#include "core/files.h"

namespace huegrad {

namespace fs = std::filesystem;

namespace {

constexpr const char* kFormat = "huegrad run";
constexpr int kVersion = 1;

}  // namespace

fs::path RunFolder::sample(int64_t epoch) const {
  return path_ / "samples" / fmt::format("epoch_{:03}.png", epoch);
}

void RunFolder::check_new() const {
  std::error_code error;
  if (fs::exists(path_, error) && !fs::is_directory(path_, error))
    throw Error(ErrorKind::usage, "a file is in the place of the run's folder", path_.string(),
                "Name another one with -o");
  if (fs::exists(path_, error) && !fs::is_empty(path_, error))
    throw Error(ErrorKind::usage, "the run's folder is not empty", path_.string(),
                "Name another one with -o, or continue that run with --resume");
}

void RunFolder::create() const {
  std::error_code error;
  fs::create_directories(path_ / "checkpoints", error);
  if (!error) fs::create_directories(path_ / "samples", error);
  if (error) throw Error(ErrorKind::environment, "cannot make folder: " + error.message(), path_.string());
}

void RunFolder::check_resumable() const {
  if (!fs::exists(config()))
    throw Error(ErrorKind::usage, "no run to resume here", path_.string(), "Start one without --resume");
  if (!fs::exists(checkpoint()))
    throw Error(ErrorKind::usage, "the run stopped before its first checkpoint", path_.string(),
                "Remove the folder and start again without --resume");
}

void RunFolder::write_config(const nlohmann::json& options, const nlohmann::json& network) const {
  write_json(config(),
             {{"format", kFormat}, {"version", kVersion}, {"options", options}, {"network", network}});
}

nlohmann::json RunFolder::read_config() const {
  check_resumable();
  const nlohmann::json document = read_json(config());
  const auto field = [&](const char* key) {
    return document.is_object() ? document.value(key, nlohmann::json()) : nlohmann::json();
  };
  if (field("format") != kFormat || field("options").is_null() || field("network").is_null())
    throw Error(ErrorKind::input, "not the configuration of a training run", config().string());
  if (field("version") != kVersion)
    throw Error(ErrorKind::input,
                fmt::format("the run is of version {}, this program reads version {}",
                            field("version").dump(), kVersion),
                config().string(), "Resume it with the version of huegrad that started it");
  return document;
}

void RunFolder::append(const nlohmann::json& event) const {
  std::ofstream file(log(), std::ios::app);
  file << event.dump() << '\n';
  file.flush();
  if (!file)
    throw Error(ErrorKind::environment, fmt::format("cannot write file: {}", std::strerror(errno)),
                log().string());
}

void RunFolder::rewind_log(int64_t step) const {
  std::ifstream file(log());
  std::ostringstream kept;
  for (std::string line; std::getline(file, line);) {
    const nlohmann::json event = nlohmann::json::parse(line, nullptr, false);
    if (event.is_object() && event.value("step", int64_t(0)) <= step) kept << line << '\n';
  }
  write_file(log(), kept.str());
}

}  // namespace huegrad
