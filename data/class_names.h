// The names of the classes of the data sets that are known by heart.
#pragma once
#include <string>
#include <vector>

namespace huegrad {

// 21: background and the 20 classes of PASCAL VOC 2012, in the order of its label values.
std::vector<std::string> voc_class_names();

// 183: "unlabeled", then the 182 things and stuff of COCO-stuff by their ids 1..182 (Caesar et al.,
// "COCO-Stuff: thing and stuff classes in context", CVPR 2018; 11 of the ids are used by no picture).
std::vector<std::string> coco_stuff_class_names();

}  // namespace huegrad
