// Which pictures a command was asked to read, and which files it will write for them.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace huegrad {

// One picture of the command line.
struct InputPicture {
  std::string name;            // what errors call it: the path, or "stdin"
  std::filesystem::path path;  // empty: standard input
  std::filesystem::path
      relative;  // below the folder it was found in; the file name for a picture named itself
};

// INPUT... as typed, in order: pictures, folders (searched recursively for picture files, hidden ones and
// those below `except` left out, sorted by path), glob patterns that the shell left alone, "-" for standard
// input. The same file named twice counts once. What cannot be found is returned in `missing`, each with its
// reason.
struct InputList {
  std::vector<InputPicture> pictures;
  std::vector<std::string> missing;
};
InputList find_inputs(const std::vector<std::string>& arguments, const std::filesystem::path& except);

// "out/trip/sea.jpg" -> "out/trip/sea.SUFFIX.EXTENSION"; an empty suffix only replaces the extension.
std::filesystem::path with_suffix(const std::filesystem::path& path, const std::string& suffix,
                                  const std::string& extension);

// Throws Error(usage) when `output` is one of the inputs, by whatever name.
void check_not_input(const std::filesystem::path& output, const std::vector<std::filesystem::path>& inputs);

// Where results go.
class OutputPlan {
 public:
  // out: "-" (standard output, for one input), a file (for one input; any name with an extension that is not
  // an existing folder's), or a folder. force_png: results are PNG whatever the input (label maps); otherwise
  // JPEG stays JPEG and everything else becomes PNG. Throws Error(usage) when out does not fit the inputs.
  OutputPlan(const std::vector<InputPicture>& inputs, const std::string& out, bool force_png);

  bool to_stdout() const { return to_stdout_; }
  const std::filesystem::path& output(size_t input) const { return outputs_[input]; }

  // Call before work starts, with every file that will be written for each input. Throws Error(usage) when
  // two inputs would write the same file, when a file to be written is itself an input, or when its place is
  // taken by something that is no regular file.
  void check(const std::vector<InputPicture>& inputs,
             const std::vector<std::vector<std::filesystem::path>>& files) const;

 private:
  bool to_stdout_ = false;
  std::vector<std::filesystem::path> outputs_;
};

}  // namespace huegrad
