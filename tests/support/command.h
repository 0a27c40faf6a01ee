// Drives the huegrad program as a user would, and gives each test a folder of its own.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace huegrad::test {

struct CommandResult {
  int status = -1;  // exit status; 128 + n when killed by signal n
  std::string out, err;
};

// Runs `huegrad ARGUMENTS...`, or the program that HUEGRAD_TEST_BINARY names in the environment; `input` becomes its standard input.
CommandResult huegrad(const std::vector<std::string>& arguments, const std::string& input = "");

// A new empty folder, removed with everything in it at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace huegrad::test
