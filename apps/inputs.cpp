#include "apps/inputs.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.h"

namespace huegrad {

namespace fs = std::filesystem;

namespace {

std::string lower_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  return extension;
}

bool is_jpeg_name(const fs::path& path) {
  const std::string extension = lower_extension(path);
  return extension == ".jpg" || extension == ".jpeg";
}

bool is_picture_name(const fs::path& path) {
  static const std::set<std::string> kExtensions = {".jpg", ".jpeg", ".png", ".bmp",
                                                    ".tga", ".ppm",  ".pgm", ".pnm"};
  const bool hidden = path.filename().string().starts_with(".");  // "._sea.jpg" is no picture either
  return !hidden && kExtensions.contains(lower_extension(path));
}

bool has_wildcard(const std::string& argument) { return argument.find_first_of("*?[") != std::string::npos; }

std::vector<fs::path> expand_glob(const std::string& pattern) {
  glob_t found{};
  std::vector<fs::path> paths;
  if (::glob(pattern.c_str(), GLOB_TILDE, nullptr, &found) == 0)
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  return paths;
}

class Finder {
 public:
  explicit Finder(const fs::path& except) : except_(except.empty() ? except : fs::weakly_canonical(except)) {}

  void argument(const std::string& argument) {
    std::error_code ignored;
    if (argument == "-") return add_stdin();
    if (fs::exists(argument, ignored)) return path(argument);
    if (!has_wildcard(argument)) return missing(argument, "no such file or folder");
    const std::vector<fs::path> matches = expand_glob(argument);
    if (matches.empty()) missing(argument, "no file matches");
    for (const fs::path& match : matches) path(match);
  }

  InputList take() { return std::move(list_); }

 private:
  void add_stdin() {
    if (seen_.insert("-").second) list_.pictures.push_back({"stdin", {}, "stdin"});
  }

  void missing(const std::string& what, const std::string& reason) {
    list_.missing.push_back(fmt::format("{} ({})", reason, what));
  }

  void add(const fs::path& path, const fs::path& relative) {
    if (seen_.insert(fs::weakly_canonical(path).string()).second)
      list_.pictures.push_back({path.string(), path, relative});
  }

  void path(const fs::path& path) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) return add(path, path.filename());
    try {
      folder(path);
    } catch (const fs::filesystem_error& error) {
      missing(path.string(), error.code().message());
    }
  }

  void folder(const fs::path& root) {
    std::vector<fs::path> files;
    for (auto entry = fs::recursive_directory_iterator(root); entry != fs::end(entry); ++entry) {
      const bool is_output = !except_.empty() && fs::weakly_canonical(entry->path()) == except_ &&
                             fs::weakly_canonical(root) != except_;
      if (entry->is_directory() && (is_output || entry->path().filename().string().starts_with(".")))
        entry.disable_recursion_pending();
      else if (entry->is_regular_file() && is_picture_name(entry->path()))
        files.push_back(entry->path());
    }
    std::sort(files.begin(), files.end());
    if (files.empty()) missing(root.string(), "no picture in this folder");
    for (const fs::path& file : files) add(file, file.lexically_relative(root));
  }

  fs::path except_;
  InputList list_;
  std::set<std::string> seen_;  // canonical paths
};

}  // namespace

InputList find_inputs(const std::vector<std::string>& arguments, const fs::path& except) {
  Finder finder(except);
  for (const std::string& argument : arguments) finder.argument(argument);
  return finder.take();
}

fs::path with_suffix(const fs::path& path, const std::string& suffix, const std::string& extension) {
  const std::string dotted = suffix.empty() ? "" : "." + suffix;
  return path.parent_path() / (path.stem().string() + dotted + extension);
}

void check_not_input(const fs::path& output, const std::vector<fs::path>& inputs) {
  std::error_code ignored;
  for (const fs::path& input : inputs)
    if (fs::equivalent(output, input, ignored))
      throw Error(ErrorKind::usage, "the result would overwrite an input", output.string(),
                  "Choose another name; inputs are never touched");
}

OutputPlan::OutputPlan(const std::vector<InputPicture>& inputs, const std::string& out, bool force_png) {
  to_stdout_ = out == "-";
  std::error_code ignored;
  const bool is_folder = fs::is_directory(out, ignored) || out.ends_with('/');
  const bool is_file = !to_stdout_ && !is_folder && fs::path(out).has_extension() && inputs.size() <= 1;
  if (to_stdout_ && inputs.size() > 1)
    throw Error(ErrorKind::usage, fmt::format("standard output takes one picture, not {}", inputs.size()), "",
                "Use -o FOLDER");
  const bool is_png = lower_extension(out) == ".png";
  if (is_file && !is_png && (force_png || !is_jpeg_name(out)))
    throw Error(ErrorKind::usage,
                force_png ? "label maps are PNG files" : "pictures are written as PNG or JPEG", out,
                "Name the output .png");
  if (!to_stdout_ && !is_folder && fs::exists(out, ignored) && !is_file)
    throw Error(ErrorKind::environment, "the output is not a folder", out, "Name another one");
  for (const InputPicture& input : inputs) {
    const bool keeps_jpeg = !force_png && is_jpeg_name(input.relative);
    const std::string extension = keeps_jpeg ? input.relative.extension().string() : ".png";
    if (to_stdout_)
      outputs_.emplace_back();
    else
      outputs_.push_back(is_file ? fs::path(out)
                                 : fs::path(out) / with_suffix(input.relative, "", extension));
  }
}

void OutputPlan::check(const std::vector<InputPicture>& inputs,
                       const std::vector<std::vector<fs::path>>& files) const {
  std::set<std::string> input_paths;
  for (const InputPicture& input : inputs)
    if (!input.path.empty()) input_paths.insert(fs::weakly_canonical(input.path).string());
  std::map<std::string, size_t> writers;
  for (size_t i = 0; i < files.size(); ++i) {
    for (const fs::path& file : files[i]) {
      const std::string canonical = fs::weakly_canonical(file).string();
      if (input_paths.contains(canonical))
        throw Error(ErrorKind::usage, "the result would overwrite an input", file.string(),
                    "Choose another -o; originals are never touched");
      const auto [writer, is_new] = writers.emplace(canonical, i);
      if (!is_new)
        throw Error(ErrorKind::usage,
                    fmt::format("{} and {} would both be written to the same file",
                                inputs[writer->second].name, inputs[i].name),
                    file.string(), "Rename one, or run them into different folders");
      std::error_code ignored;
      if (fs::exists(file, ignored) && !fs::is_regular_file(file, ignored))
        throw Error(ErrorKind::environment, "something that is no file is in the place of the output",
                    file.string(), "Choose another -o");
    }
  }
}

}  // namespace huegrad
