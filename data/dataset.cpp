#include "data/dataset.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/error.h"
#include "data/class_names.h"

namespace huegrad {
namespace {

namespace fs = std::filesystem;

// The lines that are not blank, without spaces around them.
std::vector<std::string> read_lines(const fs::path& path) {
  std::ifstream file(path);
  if (!file) throw Error(ErrorKind::input, "cannot open the list", path.string());
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    const size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos) continue;
    lines.push_back(line.substr(first, line.find_last_not_of(" \t\r") + 1 - first));
  }
  if (lines.empty()) throw Error(ErrorKind::input, "the list names no pictures", path.string());
  return lines;
}

fs::path require_folder(const fs::path& path, std::string_view hint) {
  if (!fs::is_directory(path)) throw Error(ErrorKind::input, "no such folder", path.string(), hint);
  return path;
}

fs::path find_list(const std::vector<fs::path>& candidates) {
  for (const fs::path& path : candidates)
    if (fs::is_regular_file(path)) return path;
  std::string splits;
  for (const fs::path& path : candidates)
    if (fs::is_directory(path.parent_path()))
      for (const auto& entry : fs::directory_iterator(path.parent_path()))
        if (entry.path().extension() == ".txt") splits.append(" ").append(entry.path().stem().string());
  throw Error(ErrorKind::input, "no list of the pictures of this split", candidates.front().string(),
              splits.empty() ? "Is this the root of the data set?" : "Splits found:" + splits);
}

bool is_picture(const fs::path& path) {
  static const std::vector<std::string> extensions = {".jpg", ".jpeg", ".png", ".bmp",
                                                      ".tga", ".ppm",  ".pgm"};
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return std::ranges::find(extensions, extension) != extensions.end();
}

// Sorted, so that the order does not depend on the file system.
std::vector<fs::path> find_pictures(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file() && is_picture(entry.path()) &&
        !entry.path().filename().string().starts_with("."))
      paths.push_back(entry.path());
  std::ranges::sort(paths);
  if (paths.empty())
    throw Error(ErrorKind::input, "no pictures in this folder", folder.string(),
                "Wanted are JPEG, PNG, BMP, TGA or PPM files");
  return paths;
}

// A line "/JPEGImages/NAME.jpg /SegmentationClassAug/NAME.png" of the lists of the augmented set.
Example paired_example(const fs::path& root, const std::string& line, bool labelled) {
  std::istringstream words(line);
  std::string image, labels;
  words >> image >> labels;
  const auto below = [&](std::string path) { return root / path.erase(0, path.find_first_not_of('/')); };
  return {fs::path(image).stem().string(), below(image),
          labelled && !labels.empty() ? below(labels) : fs::path()};
}

}  // namespace

Dataset list_voc(const fs::path& root, const std::string& split, const std::string& labels) {
  const bool labelled = labels != "none";
  const fs::path images = require_folder(root / "JPEGImages", "Is this the root of a PASCAL VOC data set?");
  const fs::path label_folder = labelled
                                    ? require_folder(root / labels,
                                                     "Name the folder of label maps with --labels DIR, or "
                                                     "use --labels none")
                                    : fs::path();
  Dataset dataset{.kind = "voc", .split = split};
  if (labelled)
    dataset.classes = fs::exists(root / "classes.txt") ? read_lines(root / "classes.txt") : voc_class_names();
  for (const std::string& line : read_lines(find_list(
           {root / "ImageSets/Segmentation" / (split + ".txt"), root / "ImageSets" / (split + ".txt")}))) {
    if (line.find('/') != std::string::npos)
      dataset.examples.push_back(paired_example(root, line, labelled));
    else
      dataset.examples.push_back(
          {line, images / (line + ".jpg"), labelled ? label_folder / (line + ".png") : fs::path()});
  }
  return dataset;
}

Dataset list_coco_stuff(const fs::path& root, const std::string& split) {
  if (fs::is_directory(root / "JPEGImages")) {
    Dataset dataset = list_voc(root, split);
    dataset.kind = "coco-stuff";
    dataset.coding = LabelCoding::stuff_pixelmap;
    dataset.classes = coco_stuff_class_names();
    return dataset;
  }
  const fs::path images = require_folder(root / "images", "Is this the root of a COCO-stuff data set?");
  const fs::path annotations = require_folder(root / "annotations", "COCO-stuff keeps its labels there");
  Dataset dataset{.kind = "coco-stuff", .split = split, .classes = coco_stuff_class_names()};
  if (fs::is_directory(root / "imageLists")) {
    dataset.coding = LabelCoding::stuff_matrix;
    for (const std::string& name : read_lines(find_list({root / "imageLists" / (split + ".txt")})))
      dataset.examples.push_back({name, images / (name + ".jpg"), annotations / (name + ".mat")});
    return dataset;
  }
  dataset.coding = LabelCoding::stuff_pixelmap;
  const std::string folder = fs::is_directory(images / (split + "2017")) ? split + "2017" : split;
  for (const fs::path& image : find_pictures(
           require_folder(images / folder, "Name the split with --split, for example train or val"))) {
    const std::string name = image.stem().string();
    dataset.examples.push_back({name, image, annotations / folder / (name + ".png")});
  }
  return dataset;
}

Dataset list_folder(const fs::path& root) {
  Dataset dataset{.kind = "folder"};
  for (const fs::path& path : find_pictures(require_folder(root, "")))
    dataset.examples.push_back({path.lexically_relative(root).string(), path, {}});
  return dataset;
}

}  // namespace huegrad
