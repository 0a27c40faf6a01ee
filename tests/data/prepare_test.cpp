#include "data/prepare.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/error.h"
#include "data/pack.h"
#include "tests/support/command.h"
#include "tests/support/tiny_dataset.h"

using namespace huegrad;
using namespace huegrad::test;
namespace fs = std::filesystem;

namespace {

const PrepareProgress kSilent = [](int64_t, const std::string&) { return true; };

bool same_bytes(const fs::path& a, const fs::path& b) {
  return std::ranges::equal(MappedFile(a).bytes(), MappedFile(b).bytes());
}

}  // namespace

TEST_CASE("prepare: pictures keep their shape, long ones lose their ends, small ones grow") {
  const auto check_size = [](int64_t width, int64_t height, int64_t scaled_width, int64_t packed_width) {
    const PackedSize size = packed_size(width, height, 64);
    CHECK(size.scaled_width == scaled_width);
    CHECK(size.width == packed_width);
    CHECK(size.scaled_height == 64);
    CHECK(size.height == 64);
  };
  check_size(640, 640, 64, 64);
  check_size(1000, 500, 128, 128);
  check_size(1000, 400, 160, 128);
  check_size(30, 20, 96, 96);
  check_size(641, 640, 64, 64);
  CHECK(packed_size(100, 1000, 64).scaled_height == 640);
  CHECK(packed_size(100, 1000, 64).height == 128);
  CHECK(packed_size(1, 100000, 64).height == 128);
}

TEST_CASE("prepare: a VOC folder becomes a pack, the same with any number of threads") {
  const TemporaryFolder folder;
  make_voc(folder / "voc", 5, 60, 40);
  const Dataset dataset = list_voc(folder / "voc");
  const PrepareReport report =
      prepare_pack(dataset, folder / "one.pack", {.size = 32, .label_weight = 0.25, .jobs = 1}, kSilent);
  CHECK(report.written);
  CHECK(report.pictures == 5);
  CHECK(report.failures == 0);
  prepare_pack(dataset, folder / "four.pack", {.size = 32, .label_weight = 0.25, .jobs = 4}, kSilent);
  CHECK(same_bytes(folder / "one.pack", folder / "four.pack"));

  const Pack pack(folder / "one.pack");
  pack.verify();
  const PackPicture picture = pack.picture(3);
  CHECK(picture.name == "p3");
  CHECK(picture.width == 48);
  CHECK(picture.height == 32);
  CHECK(std::ranges::equal(picture.labels, two_labels(48, 32).labels));
  CHECK(int(picture.pixels[0]) > 150);               // reddish, left
  CHECK(int(picture.pixels[size_t(47 * 3)]) < 120);  // bluish, right
  const PackMetadata& metadata = pack.metadata();
  CHECK(metadata.label_weight == 0.25);
  CHECK(metadata.kind == "voc");
  CHECK(metadata.split == "train");
  CHECK(metadata.prior_colors == 5 * 12 * 8);
  CHECK(metadata.frequencies.pixels[0] == 0);
  CHECK(metadata.frequencies.pixels[1] == 5 * 24 * 32);
  CHECK(metadata.frequencies.image_pixels[2] == 5 * 48 * 32);
  CHECK(metadata.prior[120] < 0.05);  // not grey
}

TEST_CASE("prepare: a panorama keeps its middle, labels and all") {
  const TemporaryFolder folder;
  make_voc(folder / "voc", 1, 400, 40);
  prepare_pack(list_voc(folder / "voc"), folder / "a.pack", {.size = 40}, kSilent);
  const Pack pack(folder / "a.pack");
  CHECK(pack.picture(0).width == 80);
  CHECK(std::ranges::equal(pack.picture(0).labels, two_labels(80, 40).labels));
}

TEST_CASE("prepare: unreadable examples are named, the rest is packed") {
  const TemporaryFolder folder;
  make_voc(folder / "voc", 5);
  write_file(folder / "voc" / "JPEGImages/p1.jpg", std::string_view("no picture"));
  fs::remove(folder / "voc" / "JPEGImages/p2.jpg");
  write_label_png(folder / "voc" / "SegmentationClass/p4.png", two_labels(40, 60));
  std::vector<std::string> failures;
  const PrepareReport report =
      prepare_pack(list_voc(folder / "voc"), folder / "a.pack", {.size = 32, .jobs = 3},
                   [&](int64_t done, const std::string& failure) {
                     failures.push_back(failure);
                     return done <= 5;
                   });
  CHECK(report.pictures == 2);
  CHECK(report.failures == 3);
  REQUIRE(failures.size() == 5);
  CHECK(failures[0] == "");
  CHECK(failures[1].find("p1.jpg") != std::string::npos);
  CHECK(failures[2].find("p2.jpg") != std::string::npos);
  CHECK(failures[4].find("p4.png") != std::string::npos);
  const Pack pack(folder / "a.pack");
  CHECK(pack.picture(0).name == "p0");
  CHECK(pack.picture(1).name == "p3");
}

TEST_CASE("prepare: nothing is written when asked to stop, or when nothing could be read") {
  const TemporaryFolder folder;
  make_voc(folder / "voc", 4);
  const Dataset dataset = list_voc(folder / "voc");
  const auto stop_at_two = [](int64_t done, const std::string&) { return done < 2; };
  CHECK(!prepare_pack(dataset, folder / "out" / "a.pack", {.size = 32, .jobs = 2}, stop_at_two).written);
  CHECK(fs::is_empty(folder / "out"));
  for (int i = 0; i < 4; ++i) fs::remove(dataset.examples[size_t(i)].image);
  CHECK_THROWS_AS(prepare_pack(dataset, folder / "out" / "a.pack", {.size = 32}, kSilent), Error);
  CHECK(fs::is_empty(folder / "out"));
  CHECK_THROWS_AS(prepare_pack(dataset, folder / "a.pack", {.size = 4}, kSilent), Error);
  CHECK_THROWS_AS(prepare_pack(dataset, folder / "a.pack", {.label_weight = 0}, kSilent), Error);
}

TEST_CASE("prepare: a folder of pictures without labels, some of them grey") {
  const TemporaryFolder folder;
  fs::create_directories(folder / "photos");
  write_image(folder / "photos" / "a.png", two_halves(50, 50, 1));
  Image grey = Image::make(50, 70, 1);
  std::ranges::fill(grey.samples8, uint8_t(90));
  write_image(folder / "photos" / "b.png", grey);
  const PrepareReport report =
      prepare_pack(list_folder(folder / "photos"), folder / "a.pack", {.size = 32}, kSilent);
  CHECK(report.pictures == 2);
  const Pack pack(folder / "a.pack");
  CHECK(pack.metadata().classes.empty());
  CHECK(pack.picture(0).labels.empty());
  CHECK(pack.picture(1).height == 45);
  CHECK(pack.metadata().prior[120] > 0.1);
}
