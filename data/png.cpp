// PNG through libpng: photographs (palettes and small depths expanded) and label maps (indices as stored).
#include <png.h>

#include <bit>
#include <cstdio>
#include <cstring>

#include "core/error.h"
#include "core/files.h"
#include "data/codec.h"
#include "data/label_map.h"

namespace huegrad {
namespace {

using codec::Trap;

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  Trap& trap = *static_cast<Trap*>(png_get_error_ptr(png));
  std::snprintf(trap.message, sizeof(trap.message), "%.250s", message);
  std::longjmp(trap.environment, 1);
}

void on_warning(png_structp, png_const_charp) {}  // ancillary chunks do not change pixels

void take_bytes(png_structp png, png_bytep to, size_t count) {
  auto& rest = *static_cast<std::span<const uint8_t>*>(png_get_io_ptr(png));
  if (count > rest.size()) png_error(png, "the file ends too early");
  std::memcpy(to, rest.data(), count);
  rest = rest.subspan(count);
}

void put_bytes(png_structp png, png_bytep from, size_t count) {
  auto& out = *static_cast<std::vector<uint8_t>*>(png_get_io_ptr(png));
  try {
    out.insert(out.end(), from, from + count);
  } catch (...) {
    std::strcpy(static_cast<Trap*>(png_get_error_ptr(png))->message, "out of memory");
  }
}

class Reader {
 public:
  Reader(std::span<const uint8_t> bytes, const std::string& name) : name_(name), rest_(bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &trap_, on_error, on_warning);
    if (!png_) throw std::bad_alloc();
  }
  ~Reader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Reader(const Reader&) = delete;

  Image image() {
    open();
    run([&] {
      png_set_expand(png_);  // palettes to RGB, 1, 2 and 4 bits to 8, transparent colours to alpha
      if (std::endian::native == std::endian::little) png_set_swap(png_);
      png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
    });
    Image result =
        Image::make(width(), height(), png_get_channels(png_, info_), png_get_bit_depth(png_, info_));
    read_rows(result.bit_depth == 16 ? reinterpret_cast<uint8_t*>(result.samples16.data())
                                     : result.samples8.data());
    return result;
  }

  LabelMap labels() {
    open();
    const int type = png_get_color_type(png_, info_);
    if ((type != PNG_COLOR_TYPE_PALETTE && type != PNG_COLOR_TYPE_GRAY) || png_get_bit_depth(png_, info_) > 8)
      throw Error(ErrorKind::input, "label maps are PNG files with a palette or 8-bit grey", name_);
    run([&] {
      png_set_packing(png_);  // one byte per pixel, values as stored
      png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
    });
    LabelMap map{.width = width(), .height = height(), .labels = {}};
    map.labels.resize(size_t(map.width * map.height));
    read_rows(map.labels.data());
    return map;
  }

 private:
  int64_t width() const { return png_get_image_width(png_, info_); }
  int64_t height() const { return png_get_image_height(png_, info_); }

  template <class Call>
  void run(Call&& call) {
    if (!codec::guarded(trap_, call))
      codec::fail(std::string("damaged or truncated PNG: ") + trap_.message, name_);
  }

  // Reads what precedes the pixels. Not in the constructor: a destructor runs only after a complete one.
  void open() {
    const int64_t size = int64_t(rest_.size());
    run([&] {
      info_ = png_create_info_struct(png_);
      png_set_read_fn(png_, &rest_, take_bytes);
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // check_size limits better
      png_read_info(png_, info_);
    });
    const int64_t bits = int64_t(png_get_bit_depth(png_, info_)) * png_get_channels(png_, info_);
    constexpr int64_t kMostDeflate = 1032 * 8;  // bits that one byte of a deflate stream can stand for
    codec::check_size(png_get_image_width(png_, info_), png_get_image_height(png_, info_), size,
                      kMostDeflate / bits, name_);
  }

  void read_rows(uint8_t* samples) {
    std::vector<png_bytep> rows(size_t(height()), nullptr);
    const size_t stride = png_get_rowbytes(png_, info_);
    for (size_t y = 0; y < rows.size(); ++y) rows[y] = samples + y * stride;
    run([&] {
      png_read_image(png_, rows.data());
      png_read_end(png_, nullptr);
    });
  }

  const std::string& name_;
  std::span<const uint8_t> rest_;
  Trap trap_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

int color_type(const codec::PngContent& content) {
  if (!content.palette.empty()) return PNG_COLOR_TYPE_PALETTE;
  constexpr int kTypes[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                            PNG_COLOR_TYPE_RGBA};
  return kTypes[content.channels - 1];
}

class Writer {
 public:
  Writer() {
    png_ = png_create_write_struct(PNG_LIBPNG_VER_STRING, &trap_, on_error, on_warning);
    if (!png_) throw std::bad_alloc();
  }
  ~Writer() { png_destroy_write_struct(&png_, &info_); }
  Writer(const Writer&) = delete;

  std::vector<uint8_t> write(const codec::PngContent& content) {
    const size_t stride = size_t(content.width * content.channels * content.bit_depth / 8);
    const bool done = codec::guarded(trap_, [&] {
      info_ = png_create_info_struct(png_);
      png_set_write_fn(png_, &out_, put_bytes, nullptr);
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
      png_set_compression_level(png_, 4);  // within some per cent of the best size, several times faster
      png_set_IHDR(png_, info_, png_uint_32(content.width), png_uint_32(content.height), content.bit_depth,
                   color_type(content), PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                   PNG_FILTER_TYPE_DEFAULT);
      if (!content.palette.empty())
        png_set_PLTE(png_, info_, reinterpret_cast<png_const_colorp>(content.palette.data()),
                     int(content.palette.size() / 3));
      png_write_info(png_, info_);
      if (content.bit_depth == 16 && std::endian::native == std::endian::little) png_set_swap(png_);
      for (int64_t y = 0; y < content.height; ++y) png_write_row(png_, content.rows + size_t(y) * stride);
      png_write_end(png_, nullptr);
    });
    if (!done || trap_.message[0])
      throw Error(ErrorKind::input, std::string("cannot be written as PNG: ") + trap_.message);
    return std::move(out_);
  }

 private:
  Trap trap_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::vector<uint8_t> out_;
};

}  // namespace

namespace codec {

bool is_png(std::span<const uint8_t> bytes) {
  return bytes.size() >= 8 && png_sig_cmp(bytes.data(), 0, 8) == 0;
}

Image decode_png(std::span<const uint8_t> bytes, const std::string& name) {
  return Reader(bytes, name).image();
}

std::vector<uint8_t> encode_png(const PngContent& content) { return Writer().write(content); }

}  // namespace codec

LabelMap decode_label_png(std::span<const uint8_t> bytes, const std::string& name) {
  if (!codec::is_png(bytes)) codec::fail("not a PNG file", name);
  return Reader(bytes, name).labels();
}

}  // namespace huegrad
