// JPEG through libjpeg-turbo. The library conceals damage (missing data turn grey); here damage is an error.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <jpeglib.h>
// after jpeglib.h, which it needs
#include <jerror.h>

#include "core/error.h"
#include "data/codec.h"

namespace huegrad {
namespace {

using codec::Trap;

// Progressive files can hold any number of scans over the whole image: a way to cost hours with few bytes.
constexpr int kMaxScans = 200;

struct ErrorManager {
  jpeg_error_mgr base;  // first, so that the library's pointer to it is one to us
  Trap trap;
};

[[noreturn]] void on_error(j_common_ptr info) {
  Trap& trap = reinterpret_cast<ErrorManager*>(info->err)->trap;
  char message[JMSG_LENGTH_MAX];
  info->err->format_message(info, message);
  std::snprintf(trap.message, sizeof(trap.message), "%.250s", message);
  std::longjmp(trap.environment, 1);
}

// Warnings that leave every pixel intact; all others mean that pixels were invented.
bool harmless(int code) {
  return code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR ||
         code == JWRN_BOGUS_PROGRESSION || code == JWRN_TOO_MUCH_DATA;
}

void on_message(j_common_ptr info, int level) {
  if (level < 0 && !harmless(info->err->msg_code)) on_error(info);
}

void on_progress(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > kMaxScans)
    ERREXIT(info, JERR_BAD_PROGRESSION);
}

jpeg_error_mgr* prepare(ErrorManager& errors) {
  jpeg_error_mgr* base = jpeg_std_error(&errors.base);
  base->error_exit = on_error;
  base->emit_message = on_message;
  return base;
}

class Decoder {
 public:
  explicit Decoder(const std::string& name) : name_(name) {
    info_.err = prepare(errors_);
    run([&] { jpeg_create_decompress(&info_); });
    progress_.progress_monitor = on_progress;
    info_.progress = &progress_;
  }
  ~Decoder() { jpeg_destroy_decompress(&info_); }
  Decoder(const Decoder&) = delete;

  Image decode(std::span<const uint8_t> bytes) {
    run([&] {
      jpeg_mem_src(&info_, bytes.data(), static_cast<unsigned long>(bytes.size()));
      jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xFFFF);
      jpeg_read_header(&info_, TRUE);
    });
    check_header(int64_t(bytes.size()));
    run([&] { jpeg_start_decompress(&info_); });
    Image image = Image::make(info_.output_width, info_.output_height, info_.output_components);
    const size_t stride = size_t(image.width * image.channels);
    uint8_t* samples = image.samples8.data();
    run([&] {
      while (info_.output_scanline < info_.output_height) {
        JSAMPROW row = samples + info_.output_scanline * stride;
        jpeg_read_scanlines(&info_, &row, 1);
      }
    });
    const int orientation = stored_orientation();
    run([&] { jpeg_finish_decompress(&info_); });
    return codec::orient(std::move(image), orientation);
  }

 private:
  template <class Call>
  void run(Call&& call) {
    if (!codec::guarded(errors_.trap, call))
      codec::fail(std::string("damaged or truncated JPEG: ") + errors_.trap.message, name_);
  }

  void check_header(int64_t bytes) {
    if (info_.jpeg_color_space == JCS_CMYK || info_.jpeg_color_space == JCS_YCCK)
      throw Error(ErrorKind::input, "CMYK JPEG images are not read", name_, "Convert it to RGB first");
    // A Huffman-coded block of 64 pixels takes a bit at least; arithmetic coding can take less.
    const int64_t pixels_per_byte = info_.arith_code ? kMaxImagePixels : 1024;
    codec::check_size(info_.image_width, info_.image_height, bytes, pixels_per_byte, name_);
    info_.out_color_space = info_.jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE : JCS_RGB;
  }

  int stored_orientation() const {
    for (auto* marker = info_.marker_list; marker; marker = marker->next)
      if (const auto found = codec::exif_orientation({marker->data, marker->data_length})) return *found;
    return 1;
  }

  const std::string& name_;
  ErrorManager errors_;
  jpeg_progress_mgr progress_ = {};
  jpeg_decompress_struct info_ = {};
};

class Encoder {
 public:
  Encoder() {
    info_.err = prepare(errors_);
    run([&] { jpeg_create_compress(&info_); });
  }
  ~Encoder() {
    jpeg_destroy_compress(&info_);
    std::free(buffer_);
  }
  Encoder(const Encoder&) = delete;

  // image: 8 bits, grey or RGB
  std::vector<uint8_t> encode(const Image& image, int quality) {
    const size_t stride = size_t(image.width * image.channels);
    const uint8_t* samples = image.samples8.data();
    run([&] {
      jpeg_mem_dest(&info_, &buffer_, &size_);
      info_.image_width = JDIMENSION(image.width);
      info_.image_height = JDIMENSION(image.height);
      info_.input_components = int(image.channels);
      info_.in_color_space = image.channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
      jpeg_set_defaults(&info_);
      jpeg_set_quality(&info_, quality, TRUE);
      // Colour at full resolution where quality is asked for: halved chroma bleeds over edges.
      if (quality >= 90) info_.comp_info[0].h_samp_factor = info_.comp_info[0].v_samp_factor = 1;
      jpeg_start_compress(&info_, TRUE);
      while (info_.next_scanline < info_.image_height) {
        JSAMPROW row = const_cast<uint8_t*>(samples) + info_.next_scanline * stride;
        jpeg_write_scanlines(&info_, &row, 1);
      }
      jpeg_finish_compress(&info_);
    });
    return {buffer_, buffer_ + size_};
  }

 private:
  template <class Call>
  void run(Call&& call) {
    if (!codec::guarded(errors_.trap, call))
      throw Error(ErrorKind::input, std::string("cannot be written as JPEG: ") + errors_.trap.message, "",
                  "Write a PNG instead");
  }

  ErrorManager errors_;
  jpeg_compress_struct info_ = {};
  unsigned char* buffer_ = nullptr;
  unsigned long size_ = 0;
};

}  // namespace

namespace codec {
Image decode_jpeg(std::span<const uint8_t> bytes, const std::string& name) {
  return Decoder(name).decode(bytes);
}
}  // namespace codec

std::vector<uint8_t> encode_jpeg(const Image& image, int quality) {
  const bool fits = image.bit_depth == 8 && (image.channels == 1 || image.channels == 3);
  return Encoder().encode(fits ? image : to_rgb8(image), std::clamp(quality, 1, 100));
}

}  // namespace huegrad
