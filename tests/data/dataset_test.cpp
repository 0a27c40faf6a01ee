#include "data/dataset.h"

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <matio.h>

#include <functional>

#include "core/error.h"
#include "core/files.h"
#include "data/class_names.h"
#include "tests/support/command.h"
#include "tests/support/compare.h"
#include "tests/support/text.h"
#include "tests/support/tiny_dataset.h"

using namespace huegrad;
using namespace huegrad::test;
namespace fs = std::filesystem;

namespace {

// A MATLAB file with one height x width matrix, stored by columns.
template <class T>
void write_matrix(const fs::path& path, const char* name, matio_classes kind, matio_types type, size_t height,
                  size_t width, std::vector<T> values) {
  mat_t* file = Mat_CreateVer(path.c_str(), nullptr, MAT_FT_MAT5);
  REQUIRE(file);
  size_t dims[2] = {height, width};
  matvar_t* matrix = Mat_VarCreate(name, kind, type, 2, dims, values.data(), 0);
  Mat_VarWrite(file, matrix, MAT_COMPRESSION_ZLIB);
  Mat_VarFree(matrix);
  Mat_Close(file);
}

Dataset labelled(LabelCoding coding, std::vector<std::string> classes) {
  return {.kind = "voc", .coding = coding, .classes = std::move(classes)};
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("dataset: a PASCAL VOC folder is listed, with the names of its classes") {
  const TemporaryFolder folder;
  make_voc(folder.path(), 3);
  const Dataset dataset = list_voc(folder.path());
  CHECK(dataset.classes == voc_class_names());
  CHECK(dataset.classes.size() == 21);
  REQUIRE(dataset.examples.size() == 3);
  CHECK(dataset.examples[2].name == "p2");
  CHECK(dataset.examples[2].image == folder.path() / "JPEGImages/p2.jpg");
  CHECK(read_labels(dataset, dataset.examples[2], 60, 40) == two_labels(60, 40));

  write_file(folder.path() / "classes.txt", std::string_view("sky\nsea\n\nland\n"));
  CHECK(list_voc(folder.path()).classes == std::vector<std::string>{"sky", "sea", "land"});
  const Dataset unlabelled = list_voc(folder.path(), "train", "none");
  CHECK(unlabelled.classes.empty());
  CHECK(unlabelled.examples[0].labels.empty());
}

TEST_CASE("dataset: lists may lie in ImageSets and may hold pairs of paths") {
  const TemporaryFolder folder;
  make_voc(folder.path(), 2);
  write_file(folder.path() / "ImageSets/aug.txt",
             std::string_view("/JPEGImages/p1.jpg /SegmentationClass/p0.png\n"));
  const Dataset dataset = list_voc(folder.path(), "aug");
  REQUIRE(dataset.examples.size() == 1);
  CHECK(dataset.examples[0].name == "p1");
  CHECK(dataset.examples[0].image == folder.path() / "JPEGImages/p1.jpg");
  CHECK(dataset.examples[0].labels == folder.path() / "SegmentationClass/p0.png");
}

TEST_CASE("dataset: what is missing is named") {
  const TemporaryFolder folder;
  CHECK(contains(message_of([&] { list_voc(folder.path()); }), "JPEGImages"));
  make_voc(folder.path(), 1);
  CHECK(contains(message_of([&] { list_voc(folder.path(), "trainval"); }), "Splits found: train"));
  CHECK(contains(message_of([&] { list_voc(folder.path(), "train", "Pseudo"); }), "Pseudo"));
  write_file(folder.path() / "ImageSets/empty.txt", std::string_view("\n \n"));
  CHECK_THROWS_AS(list_voc(folder.path(), "empty"), Error);
  CHECK_THROWS_AS(list_coco_stuff(folder.path() / "nowhere"), Error);
  CHECK_THROWS_AS(list_folder(folder.path() / "ImageSets"), Error);
  const Dataset dataset = list_voc(folder.path());
  CHECK_THROWS_AS(read_labels(dataset, {"x", "", folder.path() / "x.png"}, 60, 40), Error);
}

TEST_CASE("dataset: labels of another size or out of range are refused, with the figures") {
  const TemporaryFolder folder;
  make_voc(folder.path(), 1);
  Dataset dataset = list_voc(folder.path());
  const std::string sizes = message_of([&] { read_labels(dataset, dataset.examples[0], 60, 41); });
  CHECK(contains(sizes, "60x40"));
  CHECK(contains(sizes, "60x41"));

  LabelMap map = two_labels(60, 40);
  map.labels[60 * 7 + 5] = 21;
  write_label_png(dataset.examples[0].labels, map);
  const std::string range = message_of([&] { read_labels(dataset, dataset.examples[0], 60, 40); });
  CHECK(contains(range, "label 21 at x 5, y 7"));
  map.labels[60 * 7 + 5] = 255;
  write_label_png(dataset.examples[0].labels, map);
  CHECK(read_labels(dataset, dataset.examples[0], 60, 40).labels[60 * 7 + 5] == 255);
}

TEST_CASE("dataset: label PNGs may be palettes or grey") {
  const TemporaryFolder folder;
  const Dataset dataset = labelled(LabelCoding::indices, voc_class_names());
  Image grey = Image::make(3, 2, 1);
  grey.samples8 = {0, 1, 20, 255, 7, 15};
  write_image(folder.path() / "grey.png", grey);
  CHECK(read_labels(dataset, {"", "", folder.path() / "grey.png"}, 3, 2).labels == grey.samples8);
  write_label_png(folder.path() / "palette.png", {.width = 3, .height = 2, .labels = grey.samples8});
  CHECK(read_labels(dataset, {"", "", folder.path() / "palette.png"}, 3, 2).labels == grey.samples8);
  write_image(folder.path() / "rgb.png", Image::make(3, 2, 3));
  CHECK_THROWS_AS(read_labels(dataset, {"", "", folder.path() / "rgb.png"}, 3, 2), Error);
}

TEST_CASE("dataset: pixel maps of COCO-stuff 164k become classes 0..182") {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "images/val2017");
  fs::create_directories(folder.path() / "annotations/val2017");
  write_image(folder.path() / "images/val2017/000000000139.jpg", Image::make(2, 2, 3));
  const fs::path labels = folder.path() / "annotations/val2017/000000000139.png";
  write_label_png(labels, {.width = 2, .height = 2, .labels = {0, 181, 255, 90}});

  const Dataset dataset = list_coco_stuff(folder.path(), "val");
  REQUIRE(dataset.examples.size() == 1);
  CHECK(dataset.classes.size() == 183);
  CHECK(dataset.classes[1] == "person");
  CHECK(dataset.classes[182] == "wood");
  CHECK(dataset.examples[0].name == "000000000139");
  CHECK(read_labels(dataset, dataset.examples[0], 2, 2).labels == std::vector<uint8_t>{1, 182, 0, 91});

  write_label_png(labels, {.width = 2, .height = 2, .labels = {0, 182, 255, 90}});
  CHECK(contains(message_of([&] { read_labels(dataset, dataset.examples[0], 2, 2); }),
                 "label 182 at x 1, y 0"));
}

TEST_CASE("dataset: matrices of COCO-stuff 10k are read by rows, whatever their type") {
  const TemporaryFolder folder;
  for (const char* name : {"images", "annotations", "imageLists"})
    fs::create_directories(folder.path() / name);
  write_file(folder.path() / "imageLists/test.txt", std::string_view("a\n"));
  const fs::path path = folder.path() / "annotations/a.mat";
  const std::vector<uint8_t> expected = {0, 2, 4, 1, 3, 182};  // rows of what is stored by columns
  const Dataset dataset = list_coco_stuff(folder.path(), "test");
  REQUIRE(dataset.examples.size() == 1);
  CHECK(dataset.examples[0].image == folder.path() / "images/a.jpg");

  write_matrix<uint8_t>(path, "S", MAT_C_UINT8, MAT_T_UINT8, 2, 3, {0, 1, 2, 3, 4, 182});
  CHECK(read_labels(dataset, dataset.examples[0], 3, 2).labels == expected);
  write_matrix<uint16_t>(path, "S", MAT_C_UINT16, MAT_T_UINT16, 2, 3, {0, 1, 2, 3, 4, 182});
  CHECK(read_labels(dataset, dataset.examples[0], 3, 2).labels == expected);
  write_matrix<double>(path, "S", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, 3, {0, 1, 2, 3, 4, 182});
  CHECK(read_labels(dataset, dataset.examples[0], 3, 2).labels == expected);
  CHECK_THROWS_AS(read_labels(dataset, dataset.examples[0], 2, 3), Error);

  write_matrix<uint16_t>(path, "S", MAT_C_UINT16, MAT_T_UINT16, 2, 3, {0, 1, 2, 3, 4, 183});
  CHECK(contains(message_of([&] { read_labels(dataset, dataset.examples[0], 3, 2); }),
                 "label 183 at x 2, y 1"));
  write_matrix<uint16_t>(path, "S", MAT_C_UINT16, MAT_T_UINT16, 2, 3, {0, 1, 2, 3, 4, 256});
  CHECK_THROWS_AS(read_labels(dataset, dataset.examples[0], 3, 2), Error);
  write_matrix<double>(path, "S", MAT_C_DOUBLE, MAT_T_DOUBLE, 2, 3, {0, 1, 2, 3, 4, 0.5});
  CHECK_THROWS_AS(read_label_matrix(path), Error);
  write_matrix<uint8_t>(path, "T", MAT_C_UINT8, MAT_T_UINT8, 2, 3, {0, 1, 2, 3, 4, 5});
  CHECK_THROWS_AS(read_label_matrix(path), Error);
}

TEST_CASE("dataset: damaged MATLAB files are refused") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "a.mat";
  write_matrix<uint8_t>(path, "S", MAT_C_UINT8, MAT_T_UINT8, 40, 30, random_values<uint8_t>(1200, 3, 0, 182));
  const std::vector<uint8_t> bytes = read_file(path, int64_t(1) << 20);
  for (size_t size : {size_t(0), size_t(10), size_t(127), size_t(140), bytes.size() / 2, bytes.size() - 1}) {
    write_file(path, std::as_bytes(std::span(bytes).first(size)));
    CAPTURE(size);
    CHECK_THROWS_AS(read_label_matrix(path), Error);
  }
  CHECK_THROWS_AS(read_label_matrix(folder.path() / "none.mat"), Error);
}

TEST_CASE("dataset: a folder is searched for pictures in a fixed order") {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "b");
  for (const char* name : {"z.JPG", "b/y.png", "a.jpeg", "notes.txt", ".hidden.jpg"})
    write_file(folder.path() / name, std::string_view("x"));
  const Dataset dataset = list_folder(folder.path());
  REQUIRE(dataset.examples.size() == 3);
  CHECK(dataset.examples[0].name == "a.jpeg");
  CHECK(dataset.examples[1].name == "b/y.png");
  CHECK(dataset.examples[2].name == "z.JPG");
}
