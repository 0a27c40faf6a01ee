// Reading the labels of a data set (declared in data/dataset.h).
#include <matio.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <mutex>

#include "core/error.h"
#include "core/files.h"
#include "data/dataset.h"
#include "data/image.h"

namespace huegrad {
namespace {

namespace fs = std::filesystem;

template <class T>
bool copy_transposed(const matvar_t& matrix, LabelMap& map) {  // MATLAB stores columns
  const auto* values = static_cast<const T*>(matrix.data);
  for (int64_t y = 0; y < map.height; ++y)
    for (int64_t x = 0; x < map.width; ++x) {
      const auto value = double(values[x * map.height + y]);
      if (!(value >= 0 && value <= 255 && value == std::floor(value))) return false;
      map.labels[y * map.width + x] = uint8_t(value);
    }
  return true;
}

bool copy_labels(const matvar_t& matrix, LabelMap& map) {
  switch (matrix.class_type) {
    case MAT_C_UINT8:
      return copy_transposed<uint8_t>(matrix, map);
    case MAT_C_UINT16:
      return copy_transposed<uint16_t>(matrix, map);
    case MAT_C_INT16:
      return copy_transposed<int16_t>(matrix, map);
    case MAT_C_INT32:
      return copy_transposed<int32_t>(matrix, map);
    case MAT_C_SINGLE:
      return copy_transposed<float>(matrix, map);
    case MAT_C_DOUBLE:
      return copy_transposed<double>(matrix, map);
    default:
      return false;
  }
}

// Whether the elements of a MATLAB 5 file end where the file ends; matio fills what is cut off with anything.
// Files of other versions are HDF5, which looks after itself.
bool is_complete(const fs::path& path) {
  const std::vector<uint8_t> bytes = read_file(path);
  constexpr size_t kHeader = 128, kTag = 8;
  if (bytes.size() < kHeader || bytes[126] != 'I' || bytes[127] != 'M' || bytes[125] != 1)
    return bytes.size() >= kHeader;
  size_t at = kHeader;
  while (bytes.size() - at >= kTag) {
    uint32_t tag[2];  // type, number of bytes
    std::memcpy(tag, &bytes[at], sizeof(tag));
    if (tag[1] > bytes.size() - at - kTag) return false;
    at += kTag + tag[1];
  }
  return at == bytes.size() && at > kHeader;
}

// Stored values to classes, in place.
void decode_pixelmap(LabelMap& map) {
  for (uint8_t& label : map.labels) label = uint8_t(label + 1);  // 255 wraps to 0
}

// Of the values as stored; those of a pixel map are one less than their classes.
void check_classes(const Dataset& dataset, const LabelMap& map, const fs::path& path) {
  const size_t count = dataset.classes.size() - (dataset.coding == LabelCoding::stuff_pixelmap ? 1 : 0);
  for (int64_t i = 0; i < int64_t(map.labels.size()); ++i)
    if (map.labels[i] >= count && map.labels[i] != kIgnoreLabel)
      throw Error(ErrorKind::input,
                  fmt::format("label {} at x {}, y {} is out of range: there are {} classes", map.labels[i],
                              i % map.width, i / map.width, count),
                  path.string(),
                  "Are these the labels of another data set? classes.txt can list more classes");
}

}  // namespace

LabelMap read_label_matrix(const fs::path& path) {
  if (!is_complete(path)) throw Error(ErrorKind::input, "the MATLAB file is truncated", path.string());
  static std::mutex mutex;  // the HDF5 library below matio is not thread-safe
  std::lock_guard lock(mutex);
  const std::unique_ptr<mat_t, decltype(&Mat_Close)> file(Mat_Open(path.c_str(), MAT_ACC_RDONLY), Mat_Close);
  if (!file) throw Error(ErrorKind::input, "not a MATLAB file", path.string());
  const std::unique_ptr<matvar_t, decltype(&Mat_VarFree)> matrix(Mat_VarRead(file.get(), "S"), Mat_VarFree);
  if (!matrix) throw Error(ErrorKind::input, "the MATLAB file holds no matrix S", path.string());
  if (matrix->rank != 2 || !matrix->data || matrix->isComplex || matrix->dims[0] == 0 ||
      matrix->dims[1] == 0 || matrix->dims[0] > size_t(kMaxImagePixels) / matrix->dims[1] ||
      matrix->nbytes < matrix->dims[0] * matrix->dims[1] * size_t(matrix->data_size))
    throw Error(ErrorKind::input, "the matrix S of the MATLAB file is no label map, or is damaged",
                path.string());
  LabelMap map{.width = int64_t(matrix->dims[1]), .height = int64_t(matrix->dims[0]), .labels = {}};
  map.labels.resize(size_t(map.width * map.height));
  if (!copy_labels(*matrix, map))
    throw Error(ErrorKind::input, "the matrix S holds something else than whole numbers 0..255",
                path.string());
  return map;
}

LabelMap read_labels(const Dataset& dataset, const Example& example, int64_t width, int64_t height) {
  LabelMap map = dataset.coding == LabelCoding::stuff_matrix ? read_label_matrix(example.labels)
                                                             : read_label_png(example.labels);
  if (map.width != width || map.height != height)
    throw Error(
        ErrorKind::input,
        fmt::format("the labels are {}x{}, but the picture is {}x{}", map.width, map.height, width, height),
        example.labels.string());
  check_classes(dataset, map, example.labels);
  if (dataset.coding == LabelCoding::stuff_pixelmap) decode_pixelmap(map);
  return map;
}

}  // namespace huegrad
