// huegrad as a user calls it where the device is missing, small, or dies.
#include <doctest/doctest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "data/image.h"
#include "tests/support/coloring.h"
#include "tests/support/demo_pack.h"

namespace huegrad::test {
namespace {

namespace fs = std::filesystem;

// A variable of the environment, for the programs that a test starts meanwhile.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() { before_.empty() ? ::unsetenv(name_) : ::setenv(name_, before_.c_str(), 1); }
  Variable(const Variable&) = delete;

 private:
  const char* name_;
  std::string before_;
};

constexpr const char* kEnough = "4294967296";

// Every failure of the machine's: exit status 3 and one line.
void check_failure(const CommandResult& result, const std::vector<std::string>& parts) {
  CAPTURE(result.err);
  CHECK(result.status == 3);
  CHECK(result.err.starts_with("huegrad: error: "));
  CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
  for (const std::string& part : parts) {
    CAPTURE(part);
    CHECK(contains(result.err, part));
  }
}

fs::path picture(const TemporaryFolder& folder) {
  const fs::path path = folder / "grey.png";
  write_image(path, noise(32, 24));
  return path;
}

CommandResult colorize_on(const TemporaryFolder& folder, const std::string& device,
                          const std::string& output) {
  return colorize(folder, {picture(folder).string(), "-o", (folder / output).string(), "--size", "16",
                           "--device", device});
}

// What the program says to a terminal.
std::string said_to_terminal(std::vector<std::string> arguments) {
  std::string binary = std::getenv("HUEGRAD_TEST_BINARY");
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  REQUIRE(child >= 0);
  if (child == 0) {
    std::vector<char*> argv = {binary.data()};
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    ::execv(binary.c_str(), argv.data());
    ::_exit(127);
  }
  std::string text;
  for (char c; ::read(terminal, &c, 1) == 1;) text += c;
  ::close(terminal);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WEXITSTATUS(status) == 0);
  return text;
}

// A run of training that saves after every step.
class TrainingRun {
 public:
  TrainingRun() {
    std::ofstream(folder_ / "net.json") << to_json(small_config()).dump();
    make_demo_pack(folder_ / "demo.pack", 48);
  }

  CommandResult train(int steps, bool resume) const {
    std::vector<std::string> arguments = {
        "train",    "-o",   run().string(), "--max-steps",        std::to_string(steps),
        "--device", "cuda", "--set",        "checkpoint_steps=1", "--quiet"};
    const std::vector<std::string> fresh = {
        "--preset", folder_ / "net.json", "--data", folder_ / "demo.pack", "--batch", "1", "--crop", "16"};
    if (resume)
      arguments.push_back("--resume");
    else
      arguments.insert(arguments.end(), fresh.begin(), fresh.end());
    return huegrad(arguments);
  }

  // Contents of the run's models and checkpoints by name; no other file of theirs may lie about.
  std::map<std::string, std::string> saved() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(run()))
      if (contains(entry.path().filename().string(), ".safetensors"))
        files[entry.path().filename()] = bytes_of(entry.path());
    return files;
  }

 private:
  fs::path run() const { return folder_ / "run"; }

  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("device trouble: without a device, or with an old driver, cuda says so") {
  const Variable memory("EMU_MEMORY", kEnough);
  const TemporaryFolder folder;
  {
    const Variable driver("EMU_DRIVER", "none");
    check_failure(colorize_on(folder, "cuda", "out.png"),
                  {"no CUDA-capable device is detected", "--device cuda", "Use --device cpu or auto"});
  }
  const Variable driver("EMU_DRIVER", "old");
  check_failure(colorize_on(folder, "cuda", "out.png"),
                {"no NVIDIA driver, or one too old", "--device cuda", "Use --device cpu or auto"});
  CHECK(!fs::exists(folder / "out.png"));
}

TEST_CASE("device trouble: without a device that it can use, auto takes the CPU, and says so on a terminal") {
  const Variable memory("EMU_MEMORY", kEnough);
  const TemporaryFolder folder;
  REQUIRE(colorize_on(folder, "cpu", "cpu.png").status == 0);
  const auto check_fallback = [&](const std::string& why) {
    const CommandResult result = colorize_on(folder, "auto", "auto.png");
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    CHECK(bytes_of(folder / "auto.png") == bytes_of(folder / "cpu.png"));
    CHECK(contains(said_to_terminal({"gradcheck", "--layer", "relu", "--device", "auto"}),
                   "computing on the CPU: " + why));
  };
  {
    const Variable driver("EMU_DRIVER", "none");
    check_fallback("no CUDA-capable device is detected");
  }
  const Variable capability("EMU_CAPABILITY", "7");
  check_fallback("cuda_emu (CPU fibers) has compute capability 7.0, 8.0 is the least");
}

TEST_CASE("device trouble: too little memory to colour says what to do") {
  const Variable memory("EMU_MEMORY", "20000");
  const TemporaryFolder folder;
  check_failure(colorize_on(folder, "cuda", "out.png"), {"out of CUDA memory", "--size"});
  CHECK(!fs::exists(folder / "out.png"));
}

TEST_CASE("device trouble: a launch that is refused names the operation and the launch") {
  const Variable memory("EMU_MEMORY", kEnough), fail("EMU_FAIL", "launch:3");
  const TemporaryFolder folder;
  check_failure(colorize_on(folder, "cuda", "out.png"),
                {"blocks of", "threads", "too many resources requested for launch (cuda_emu"});
  CHECK(!fs::exists(folder / "out.png"));
}

TEST_CASE("device trouble: training that runs out of memory or loses the device leaves what was saved") {
  const TrainingRun run;
  std::map<std::string, std::string> after_first;
  {
    const Variable memory("EMU_MEMORY", kEnough);
    REQUIRE(run.train(1, false).status == 0);
    after_first = run.saved();
    CHECK(after_first.size() == 2);  // checkpoint and model
  }
  {
    const Variable memory("EMU_MEMORY", "100000");
    check_failure(run.train(2, true), {"out of CUDA memory", "--batch"});
    CHECK(run.saved() == after_first);
  }
  const Variable memory("EMU_MEMORY", kEnough);
  {
    const Variable fail("EMU_FAIL", "kernel:200");
    check_failure(run.train(2, true), {"an illegal memory access was encountered", "CUDA_LAUNCH_BLOCKING=1"});
    CHECK(run.saved() == after_first);
  }
  CHECK(run.train(2, true).status == 0);
  CHECK(run.saved() != after_first);
}

}  // namespace huegrad::test
