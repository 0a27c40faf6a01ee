#include "net/protocol.h"

#include "core/error.h"
#include "data/frame.h"
#include "data/resize.h"

namespace huegrad {
namespace {

Frame frame_of(const Protocol& protocol, const PackPicture& picture) {
  return protocol.fit == Protocol::Fit::central_square ? central_frame(picture.width, picture.height)
                                                       : whole_frame(picture.width, picture.height);
}

}  // namespace

const std::vector<Protocol>& protocols() {
  using enum Protocol::Fit;
  static const std::vector<Protocol> all = {
      {"bmvc18",
       "whole pictures as packed, network at the model's own size; PSNR of 8-bit RGB, mean over pictures",
       whole},
      {"zhang16", "pictures stretched to 256x256, network at 256x256; PSNR of 8-bit RGB, mean over pictures",
       stretched, 256},
      {"ddcolor",
       "central squares at 256x256; colourfulness of |R-G| and |Y-B|; PSNR of 8-bit RGB, mean over pictures",
       central_square, 256, true},
  };
  return all;
}

Protocol find_protocol(const std::string& name) {
  std::string names;
  for (const Protocol& protocol : protocols()) {
    if (protocol.name == name) return protocol;
    names += (names.empty() ? "" : ", ") + protocol.name;
  }
  throw Error(ErrorKind::usage, fmt::format("no protocol called '{}'", name), "", "Known: " + names);
}

WorkingSize working_size(const Protocol& protocol, int64_t input_size) {
  if (protocol.side > 0) return {.fit = WorkingSize::Fit::square, .size = protocol.side};
  return {.size = input_size};
}

Image fitted_picture(const Protocol& protocol, const PackPicture& picture) {
  const Frame frame = frame_of(protocol, picture);
  Image image = Image::make(frame.width, frame.height, 3);
  copy_frame(picture.pixels, picture.width, 3, frame, image.samples8.data());
  return protocol.side > 0 ? resize(image, protocol.side, protocol.side) : image;
}

LabelMap fitted_labels(const Protocol& protocol, const PackPicture& picture) {
  if (picture.labels.empty()) return {};
  const Frame frame = frame_of(protocol, picture);
  LabelMap map{frame.width, frame.height, std::vector<uint8_t>(size_t(frame.width * frame.height))};
  copy_frame(picture.labels, picture.width, 1, frame, map.labels.data());
  return protocol.side > 0 ? resize_nearest(map, protocol.side, protocol.side) : map;
}

}  // namespace huegrad
