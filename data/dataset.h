// Where the pictures and labels of a data set lie, and how its labels are to be read.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "data/label_map.h"

namespace huegrad {

struct Example {
  std::string name;
  std::filesystem::path image;
  std::filesystem::path labels;  // empty: the picture has no labels
};

// How the stored label values map to classes.
enum class LabelCoding {
  indices,         // PNG: the value is the class, 255 is ignored (PASCAL VOC)
  stuff_matrix,    // MATLAB file with a matrix S: the value is the class, 0 is "unlabeled" (COCO-stuff 10k)
  stuff_pixelmap,  // PNG: value v is class v + 1, 255 is class 0, "unlabeled" (COCO-stuff 164k)
};

struct Dataset {
  std::string kind;        // "voc", "coco-stuff" or "folder"
  std::string split = {};  // "" when the data set has no splits
  LabelCoding coding = LabelCoding::indices;
  std::vector<std::string> classes = {};  // empty when nothing is labelled
  std::vector<Example> examples = {};
};

// PASCAL VOC's layout: JPEGImages/NAME.jpg, LABELS/NAME.png, and the list ImageSets/Segmentation/SPLIT.txt or
// ImageSets/SPLIT.txt. A line of the list is a name or, as in the lists of the augmented set, the paths of
// picture and labels below ROOT. Class names are those of ROOT/classes.txt, one per line, or else the 21 of
// VOC 2012. `labels` is a folder below ROOT; "none" lists the pictures without labels. All lists throw
// Error(input) when a folder or list is missing or names nothing; files are looked at only when they are
// read.
Dataset list_voc(const std::filesystem::path& root, const std::string& split = "train",
                 const std::string& labels = "SegmentationClass");

// COCO-stuff, in any of three layouts:
//   10k:   images/NAME.jpg, annotations/NAME.mat, imageLists/SPLIT.txt
//   164k:  images/SPLIT2017/NAME.jpg, annotations/SPLIT2017/NAME.png (SPLIT alone is accepted too)
//   a PASCAL VOC layout whose labels are pixel maps of 164k
Dataset list_coco_stuff(const std::filesystem::path& root, const std::string& split = "train");

// Every picture in the folder and the folders in it, by its extension, in the order of the paths.
Dataset list_folder(const std::filesystem::path& root);

// The labels of an example, as classes. Throws Error(input) when they cannot be read, have another size than
// the picture, or hold a value that is no class.
LabelMap read_labels(const Dataset& dataset, const Example& example, int64_t width, int64_t height);

// The matrix S of a MATLAB file as stored. Throws Error(input) when there is no such matrix of whole numbers
// 0..255.
LabelMap read_label_matrix(const std::filesystem::path& path);

}  // namespace huegrad
