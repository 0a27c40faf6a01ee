#include "net/protocol.h"

#include <doctest/doctest.h>

#include "core/error.h"

using namespace huegrad;

namespace {

// 6 x 4 pixels whose red and label are the column.
struct Columns {
  Columns() {
    for (uint8_t i = 0; i < 24; ++i) {
      pixels.insert(pixels.end(), {uint8_t(i % 6), 0, 0});
      labels.push_back(i % 6);
    }
  }
  PackPicture view(bool labelled = true) const {
    return {"columns", 6, 4, pixels,
            labelled ? std::span<const uint8_t>(labels) : std::span<const uint8_t>()};
  }
  std::vector<uint8_t> pixels, labels;
};

}  // namespace

TEST_CASE("protocols: names and the network's size") {
  CHECK(find_protocol("bmvc18").fit == Protocol::Fit::whole);
  CHECK_THROWS_AS(find_protocol("mine"), Error);
  CHECK(working_size(find_protocol("bmvc18"), 176).size == 176);
  CHECK(working_size(find_protocol("bmvc18"), 176).fit == WorkingSize::Fit::shorter_side);
  CHECK(working_size(find_protocol("zhang16"), 176).size == 256);
  CHECK(working_size(find_protocol("zhang16"), 176).fit == WorkingSize::Fit::square);
  for (const Protocol& protocol : protocols()) {
    CAPTURE(protocol.name);
    CHECK(protocol.description.find("PSNR of ") != std::string::npos);
  }
}

TEST_CASE("protocols: whole pictures stay, squares are stretched or cut from the middle") {
  const Columns columns;
  const Image whole = fitted_picture(find_protocol("bmvc18"), columns.view());
  CHECK(whole.samples8 == columns.pixels);
  CHECK(fitted_labels(find_protocol("bmvc18"), columns.view()).labels == columns.labels);
  for (const auto& [name, first, last] :
       std::vector<std::tuple<std::string, int, int>>{{"zhang16", 0, 5}, {"ddcolor", 1, 4}}) {
    CAPTURE(name);
    const Image image = fitted_picture(find_protocol(name), columns.view());
    const LabelMap labels = fitted_labels(find_protocol(name), columns.view());
    CHECK(image.width == 256);
    CHECK(image.height == 256);
    CHECK(int(image.samples8[0]) == first);
    CHECK(int(image.samples8[3 * 255]) == last);
    CHECK(int(labels.labels[0]) == first);
    CHECK(int(labels.labels[255]) == last);
  }
  CHECK(fitted_labels(find_protocol("ddcolor"), columns.view(false)).labels.empty());
}
