// Scalars, pictures and text for TensorBoard, without TensorBoard: a file of TFRecords, each holding one
// Event message in the protocol buffer wire format. tests/oracle/tensorboard_run.py reads it with
// TensorBoard.
//
//   record:    uint64 length | uint32 masked CRC-32C of the length | bytes | uint32 masked CRC-32C of bytes
//   Event:     1 wall_time double, 2 step int64, 3 file_version string (first record), 5 summary
//   Summary:   repeated 1 value { 1 tag string, and one of
//                2 simple_value float
//                4 image { 1 height, 2 width, 3 colorspace (3: RGB), 4 encoded_image_string }
//                8 tensor { 1 dtype (7: string), 2 tensor_shape {}, 8 string_val }
//                  with 9 metadata { 1 plugin_data { 1 plugin_name "text" } } }
//
// All integers little-endian. TensorBoard reads every such file of a folder in the order of their names, so a
// resumed run opens a file of its own. Steps that a killed run took after its last checkpoint are then in
// both files. No record is written to purge the first: the repeated losses are the same bits, unless the run
// goes by the clock or the resumed one has other limits; speeds always differ. log.jsonl has each step once.
// A last record cut short by a kill is skipped by its reader.
#pragma once
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace huegrad {

struct Scalar {
  std::string tag;  // "validation/psnr": TensorBoard groups by what stands before the slash
  double value = 0;
};

class EventFile {
 public:
  // Creates events.out.tfevents.TIME.HOST.PROCESS in an existing folder. Throws Error(environment) when that
  // is not possible.
  explicit EventFile(const std::filesystem::path& folder);

  const std::filesystem::path& path() const { return path_; }

  // Each is one event, on disk when it returns. They throw Error(environment) when the disk is full.
  void add(int64_t step, const std::vector<Scalar>& scalars);  // nothing when there are no scalars
  // png: an RGB picture of that size, encoded.
  void add_image(int64_t step, const std::string& tag, int64_t width, int64_t height,
                 std::span<const uint8_t> png);
  void add_text(int64_t step, const std::string& tag, const std::string& markdown);

 private:
  void write_summary(int64_t step, std::string_view values);
  void write_record(std::string_view event);

  std::filesystem::path path_;
  std::ofstream file_;
};

}  // namespace huegrad
