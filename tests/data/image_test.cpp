#include "data/image.h"

#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <string_view>

#include "core/error.h"
#include "core/files.h"
#include "data/label_map.h"
#include "kernels/random.h"
#include "tests/support/text.h"

using namespace huegrad;
using test::contains;

namespace {

const std::filesystem::path kImages = HUEGRAD_SOURCE_DIR "/tests/data/images";

using Bytes = std::vector<uint8_t>;

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// Smooth enough for JPEG, different everywhere.
Image picture(int64_t width, int64_t height, int64_t channels, int bit_depth = 8) {
  Image image = Image::make(width, height, channels, bit_depth);
  for (int64_t i = 0; i < image.sample_count(); ++i) {
    const int64_t c = i % channels, x = i / channels % width, y = i / channels / width;
    const int64_t value = (c + 1) * (x + 2 * y) % 200 + 20;
    if (bit_depth == 16)
      image.samples16[size_t(i)] = uint16_t(257 * value + i % 100);
    else
      image.samples8[size_t(i)] = uint8_t(value);
  }
  return image;
}

int largest_difference(const Image& a, const Image& b) {
  REQUIRE(a.width == b.width);
  REQUIRE(a.height == b.height);
  REQUIRE(a.channels == b.channels);
  int largest = 0;
  for (size_t i = 0; i < a.samples8.size(); ++i)
    largest = std::max(largest, std::abs(int(a.samples8[i]) - int(b.samples8[i])));
  return largest;
}

std::string error_of(const Bytes& bytes) {
  try {
    decode_image(bytes, "x.img");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::input);
    return error.what();
  }
  return "";
}

// The JPEG with an EXIF block right after its start marker.
Bytes with_orientation(const Bytes& jpeg, uint8_t orientation, bool big_endian) {
  const Bytes little = {'I', 'I', 42, 0, 8, 0,           0, 0, 1, 0, 0x12, 1, 3,
                        0,   1,   0,  0, 0, orientation, 0, 0, 0, 0, 0,    0, 0};
  const Bytes big = {'M', 'M', 0, 42, 0, 0, 0,           8, 0, 1, 1, 0x12, 0,
                     3,   0,   0, 0,  1, 0, orientation, 0, 0, 0, 0, 0,    0};
  const Bytes marker = {0xFF, 0xE1, 0, uint8_t(2 + 6 + little.size()), 'E', 'x', 'i', 'f', 0, 0};
  return joined({Bytes(jpeg.begin(), jpeg.begin() + 2), marker, big_endian ? big : little,
                 Bytes(jpeg.begin() + 2, jpeg.end())});
}

}  // namespace

TEST_CASE("image: PNG keeps every sample, depth and alpha") {
  for (int bit_depth : {8, 16})
    for (int64_t channels : {1, 2, 3, 4}) {
      const Image image = picture(37, 23, channels, bit_depth);
      CHECK(decode_image(encode_png(image), "") == image);
    }
}

TEST_CASE("image: JPEG is close to the original, grey stays grey, 16 bits and alpha are reduced") {
  for (int64_t channels : {1, 3}) {
    const Image image = picture(45, 31, channels);
    CHECK(largest_difference(decode_image(encode_jpeg(image, 98), ""), image) < 40);
  }
  const Image rgba = picture(32, 32, 4, 16);
  CHECK(decode_image(encode_jpeg(rgba), "").channels == 3);
  CHECK(decode_image(read_file(kImages / "progressive.jpg"), "").width == 24);
}

TEST_CASE("image: EXIF orientation is applied") {
  // A bright corner at the top left of the upright picture, and where cameras store it.
  const int64_t w = 32, h = 16;
  struct Case {
    uint8_t orientation;
    bool transposed, right, bottom;
  };
  for (const Case c : {Case{1, 0, 0, 0}, Case{2, 0, 1, 0}, Case{3, 0, 1, 1}, Case{4, 0, 0, 1},
                       Case{5, 1, 0, 0}, Case{6, 1, 0, 1}, Case{7, 1, 1, 1}, Case{8, 1, 1, 0}})
    for (bool big_endian : {false, true}) {
      CAPTURE(int(c.orientation));
      Image stored = Image::make(w, h, 1);
      for (int64_t y = 0; y < 8; ++y)
        for (int64_t x = 0; x < 8; ++x)
          stored.samples8[size_t((c.bottom ? h - 1 - y : y) * w + (c.right ? w - 1 - x : x))] = 255;
      const Image upright =
          decode_image(with_orientation(encode_jpeg(stored), c.orientation, big_endian), "");
      CHECK(upright.width == (c.transposed ? h : w));
      CHECK(upright.height == (c.transposed ? w : h));
      CHECK(upright.samples8[0] > 250);
      CHECK(upright.samples8[size_t(upright.pixels() - 1)] < 5);
    }
  const Bytes jpeg = encode_jpeg(picture(8, 8, 1));
  CHECK(decode_image(with_orientation(jpeg, 99, false), "").width == 8);
}

TEST_CASE("image: palettes, single bits and 16-bit grey") {
  const Image rgb = read_image(kImages / "palette.png");
  CHECK(rgb.channels == 3);
  CHECK(rgb.samples8 == Bytes{10, 20, 30, 200, 100, 50, 0, 255, 0, 0, 255, 0, 200, 100, 50, 10, 20, 30});
  const Image rgba = read_image(kImages / "palette_transparent.png");
  CHECK(rgba.channels == 4);
  CHECK(rgba.samples8[3] == 255);
  CHECK(rgba.samples8[11] == 0);
  const Image bilevel = read_image(kImages / "bilevel.png");
  CHECK(bilevel.channels == 1);
  CHECK(Bytes(bilevel.samples8.begin(), bilevel.samples8.begin() + 3) == Bytes{0, 255, 0});
  CHECK(read_image(kImages / "grey16.png").samples16 == std::vector<uint16_t>{0, 1, 256, 65535});
}

TEST_CASE("image: PPM, PGM, BMP and TGA") {
  const Bytes six = {1, 2, 3, 4, 5, 6};
  const Image ppm = decode_image(joined({bytes_of("P6 2 1 255\n"), six}), "");
  CHECK(ppm.channels == 3);
  CHECK(ppm.samples8 == six);
  const Image pgm = decode_image(joined({bytes_of("P5\n# comment\n3 2\n255\n"), six}), "");
  CHECK(pgm.channels == 1);
  CHECK(pgm.samples8 == six);
  const Image wide = decode_image(joined({bytes_of("P5 3 1 65535\n"), six}), "");
  CHECK(wide.samples16 == std::vector<uint16_t>{0x0102, 0x0304, 0x0506});

  // Samples of 0..100 and 0..1023 are stretched to the full range.
  CHECK(decode_image(joined({bytes_of("P5 3 1 100\n"), {0, 50, 100}}), "").samples8 == Bytes{0, 128, 255});
  const Image ten_bits = decode_image(joined({bytes_of("P5 2 1 1023\n"), {3, 255, 0, 0}}), "");
  CHECK(ten_bits.samples16 == std::vector<uint16_t>{65535, 0});

  // 24 bits, rows from the bottom and padded to 4 bytes: blue, green, red.
  Bytes bmp = joined({bytes_of("BM"), Bytes(52, 0), {1, 2, 3, 0, 4, 5, 6, 0}});
  bmp[2] = 62, bmp[10] = 54, bmp[14] = 40, bmp[18] = 1, bmp[22] = 2, bmp[26] = 1, bmp[28] = 24;
  CHECK(decode_image(bmp, "").samples8 == Bytes{6, 5, 4, 3, 2, 1});

  const Bytes tga = {0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 24, 0x20, 1, 2, 3, 4, 5, 6};
  CHECK(decode_image(tga, "").samples8 == Bytes{3, 2, 1, 6, 5, 4});
  CHECK(contains(error_of(Bytes(tga.begin(), tga.end() - 1)), "truncated"));
  CHECK(contains(error_of(Bytes(bmp.begin(), bmp.end() - 4)), "truncated"));
}

TEST_CASE("image: every truncation of every format is an error") {
  const std::vector<Bytes> files = {encode_jpeg(picture(40, 40, 3)),
                                    encode_jpeg(picture(17, 9, 1)),
                                    encode_png(picture(20, 20, 4)),
                                    encode_png(picture(9, 9, 1, 16)),
                                    read_file(kImages / "progressive.jpg"),
                                    read_file(kImages / "palette.png"),
                                    joined({bytes_of("P6 9 9 255\n"), Bytes(3 * 81, 77)})};
  for (const Bytes& file : files) {
    REQUIRE(error_of(file) == "");
    for (size_t size = 0; size < file.size(); size += 1 + file.size() / 400) {
      CAPTURE(file.size());
      CAPTURE(size);
      CHECK(error_of(Bytes(file.begin(), file.begin() + int64_t(size))) != "");
    }
  }
}

TEST_CASE("image: damaged files are decoded or refused, never more") {
  std::vector<Bytes> files = {encode_jpeg(picture(40, 40, 3)),
                              encode_png(picture(20, 20, 4)),
                              read_file(kImages / "progressive.jpg"),
                              read_file(kImages / "palette.png"),
                              joined({bytes_of("P5 9 9 255\n"), Bytes(81, 77)}),
                              Bytes(300, 0)};
  for (uint64_t round = 0; round < 1500; ++round) {
    Bytes bytes = files[round % files.size()];
    for (uint64_t i = 0; i < 1 + round % 7; ++i) {
      const auto random = philox(round, 0, i);
      bytes[random[0] % bytes.size()] = uint8_t(random[1]);
    }
    try {
      const Image image = decode_image(bytes, "");
      CHECK(int64_t(image.samples8.size() + image.samples16.size()) == image.sample_count());
    } catch (const Error&) {
    }
  }
  for (uint64_t round = 0; round < 300; ++round) {
    Bytes noise(size_t(1 + round * 3));
    for (size_t i = 0; i < noise.size(); ++i) noise[i] = uint8_t(philox(round, 1, i)[0]);
    CHECK(error_of(noise) != "");
  }
}

TEST_CASE("image: sizes are checked before memory is taken") {
  CHECK(contains(error_of(bytes_of("P6 30000 30000 255\n")), "512 megapixels"));
  CHECK(contains(error_of(bytes_of("P6 20000 20000 255\n")), "too short"));
  CHECK(contains(error_of(bytes_of("P5 99999999999999999999999 2 255\n")), "a side of more than"));
  for (const char* header :
       {"P5", "P5 ", "P5 3", "P5 3 1", "P5 3 1 0\nabc", "P5 0 3 255\n", "P5 -3 1 255\nabc"})
    CHECK(error_of(bytes_of(header)) != "");
  Bytes png =
      encode_png(picture(20, 20, 3));  // no: the header's checksum protects its size, so rewrite a JPEG
  png[16] = 0x7F;
  CHECK(error_of(png) != "");
  Bytes jpeg = encode_jpeg(picture(40, 40, 3));
  for (size_t i = 0; i + 8 < jpeg.size(); ++i)
    if (jpeg[i] == 0xFF && jpeg[i + 1] == 0xC0) {
      jpeg[i + 5] = jpeg[i + 7] = 0x40;  // 16424 x 16424
      break;
    }
  CHECK(contains(error_of(jpeg), "too short"));
}

TEST_CASE("image: errors name the file, the cause and a way out") {
  CHECK(contains(error_of({}), "empty"));
  CHECK(contains(error_of(bytes_of("hello, this is text")), "not a JPEG, PNG, BMP, TGA, PPM or PGM image"));
  CHECK(contains(error_of(bytes_of("GIF89a............")), "GIF"));
  CHECK(contains(error_of(bytes_of("RIFF....WEBPVP8 ")), "WebP"));
  CHECK(contains(error_of(read_file(kImages / "cmyk.jpg")), "CMYK"));
  CHECK(contains(error_of(read_file(kImages / "cmyk.jpg")), "x.img"));
  CHECK_THROWS_AS(read_image(kImages / "missing.png"), Error);
  try {
    write_image("picture.gif", picture(2, 2, 1));
    FAIL("a GIF was written");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
  }
  Image huge = picture(70000, 1, 1);
  CHECK_THROWS_AS(encode_jpeg(huge), Error);
}

TEST_CASE("image: files by extension, in any case") {
  const auto folder = std::filesystem::temp_directory_path() / "huegrad_image_test";
  const Image image = picture(12, 10, 3);
  write_image(folder / "a.PNG", image);
  write_image(folder / "b.jpg", image);
  CHECK(read_image(folder / "a.PNG") == image);
  CHECK(read_image(folder / "b.jpg").width == 12);
  std::filesystem::remove_all(folder);
}

TEST_CASE("image: to 8-bit RGB") {
  Image grey = Image::make(2, 1, 2, 16);
  grey.samples16 = {65535, 0, 257 * 100 + 128, 9};
  CHECK(to_rgb8(grey).samples8 == Bytes{255, 255, 255, 100, 100, 100});
}

TEST_CASE("label_map: indices survive, palettes are not expanded") {
  LabelMap map{.width = 16, .height = 16};
  for (int i = 0; i < 256; ++i) map.labels.push_back(uint8_t(i));
  const Bytes png = encode_label_png(map);
  CHECK(decode_label_png(png, "") == map);
  const Image seen = decode_image(png, "");
  CHECK(seen.samples8[3 * 1] == 128);  // class 1 is dark red, 255 the cream of VOC's borders
  CHECK(voc_color(255) == std::array<uint8_t, 3>{224, 224, 192});
  CHECK(voc_color(15) == std::array<uint8_t, 3>{192, 128, 128});
  CHECK(decode_label_png(read_file(kImages / "palette.png"), "").labels == Bytes{0, 1, 2, 2, 1, 0});
  CHECK(decode_label_png(encode_png(picture(5, 4, 1)), "").labels == picture(5, 4, 1).samples8);
  CHECK_THROWS_AS(decode_label_png(encode_png(picture(5, 4, 3)), ""), Error);
  CHECK_THROWS_AS(decode_label_png(encode_png(picture(5, 4, 1, 16)), ""), Error);
  CHECK_THROWS_AS(decode_label_png(encode_jpeg(picture(5, 4, 1)), ""), Error);
  for (size_t size = 0; size < png.size(); size += 7)
    CHECK_THROWS_AS(decode_label_png(std::span(png).first(size), ""), Error);
}
