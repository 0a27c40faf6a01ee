#include "core/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/error.h"
#include "kernels/cast.h"

namespace huegrad {
namespace {

constexpr uint64_t kMaxHeader = 100'000'000;  // the format's own limit
constexpr size_t kLengthBytes = 8;

struct TypeName {
  StoredType type;
  std::string_view name;
  int64_t size;
};
constexpr TypeName kTypes[] = {{StoredType::f64, "F64", 8}, {StoredType::f32, "F32", 4},
                               {StoredType::f16, "F16", 2}, {StoredType::bf16, "BF16", 2},
                               {StoredType::i64, "I64", 8}, {StoredType::i32, "I32", 4},
                               {StoredType::u8, "U8", 1}};

StoredType stored_type(DType dtype) {
  switch (dtype) {
    case DType::float64:
      return StoredType::f64;
    case DType::bfloat16:
      return StoredType::bf16;
    case DType::int32:
      return StoredType::i32;
    case DType::uint8:
      return StoredType::u8;
    case DType::float32:
      break;
  }
  return StoredType::f32;
}

// What a file that is no safetensors file is more likely to be.
std::optional<std::string_view> impostor(std::string_view start) {
  if (start.starts_with("version https://git-lfs"))
    return "a Git LFS pointer, not the file itself: fetch it with 'git lfs pull'";
  if (start.starts_with("<") || start.starts_with("\n<")) return "a web page, not a model: download it again";
  if (start.starts_with("PK") || start.starts_with("\x80\x02"))
    return "a PyTorch archive; convert it with the safetensors package for Python";
  return std::nullopt;
}

// Element count times element size, or nothing when a number is negative or the product overflows.
std::optional<uint64_t> byte_count(const Shape& shape, int64_t element_size) {
  uint64_t bytes = uint64_t(element_size);
  for (int64_t extent : shape)
    if (extent < 0 || __builtin_mul_overflow(bytes, uint64_t(extent), &bytes)) return std::nullopt;
  return bytes;
}

[[noreturn]] void damaged(const std::string& file, const std::string& what) {
  throw Error(ErrorKind::input, "damaged safetensors file: " + what, file);
}

// Parses the header; JSON parsers keep the last of two equal keys, here they are an error.
nlohmann::json parse_header(std::string_view text, const std::string& file) {
  std::set<std::string> names;
  std::string duplicate;
  const auto watch = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& value) {
    if (event == nlohmann::json::parse_event_t::key && depth == 1 && !names.insert(value).second)
      duplicate = value;
    return true;
  };
  const nlohmann::json header = nlohmann::json::parse(text, watch, false);
  if (!header.is_object()) damaged(file, "no JSON header");
  if (!duplicate.empty()) damaged(file, fmt::format("two tensors are called '{}'", duplicate));
  return header;
}

// One entry of the header with its bytes.
StoredTensor parse_tensor(const std::string& name, const nlohmann::json& entry,
                          std::span<const std::byte> data, const std::string& file) {
  const auto field = [&](const char* key) -> const nlohmann::json& {
    if (!entry.is_object() || !entry.contains(key)) damaged(file, fmt::format("'{}' has no {}", name, key));
    return entry[key];
  };
  const auto whole_numbers = [&](const char* key) {
    Shape numbers;
    if (!field(key).is_array()) damaged(file, fmt::format("'{}' has no list of numbers as {}", name, key));
    for (const auto& value : field(key)) {
      if (!value.is_number_unsigned() || value.get<uint64_t>() > uint64_t(INT64_MAX))
        damaged(file, fmt::format("'{}' has {} in its {}", name, value.dump(), key));
      numbers.push_back(value.get<int64_t>());
    }
    return numbers;
  };
  StoredTensor tensor;
  tensor.name = name;
  tensor.shape = whole_numbers("shape");
  const auto type = std::ranges::find_if(kTypes, [&](const TypeName& t) { return field("dtype") == t.name; });
  if (type == std::end(kTypes))
    damaged(file, fmt::format("'{}' has the element type {}", name, entry["dtype"].dump()));
  tensor.type = type->type;

  const Shape offsets = whole_numbers("data_offsets");
  const bool inside = offsets.size() == 2 && offsets[0] <= offsets[1] && uint64_t(offsets[1]) <= data.size();
  if (!inside) damaged(file, fmt::format("'{}' lies outside the file", name));
  if (byte_count(tensor.shape, type->size) != uint64_t(offsets[1] - offsets[0]))
    damaged(file, fmt::format("'{}' has another size than its shape says", name));
  tensor.bytes = data.subspan(size_t(offsets[0]), size_t(offsets[1] - offsets[0]));
  return tensor;
}

// Sorts by place; the format allows neither holes nor overlaps.
void check_layout(std::vector<StoredTensor>& tensors, std::span<const std::byte> data,
                  const std::string& file) {
  std::ranges::stable_sort(tensors, [](const StoredTensor& a, const StoredTensor& b) {
    return std::pair(a.bytes.data(), a.bytes.size()) < std::pair(b.bytes.data(), b.bytes.size());
  });
  const std::byte* expected = data.data();
  for (const StoredTensor& tensor : tensors) {
    if (tensor.bytes.data() != expected)
      damaged(file, fmt::format("'{}' overlaps another tensor or leaves a hole", tensor.name));
    expected += tensor.bytes.size();
  }
  if (expected != data.data() + data.size()) damaged(file, "there are bytes that belong to no tensor");
}

std::string make_header(const SafetensorsMetadata& metadata, const std::vector<StoredTensor>& tensors) {
  nlohmann::ordered_json header;
  if (!metadata.empty()) header["__metadata__"] = metadata;
  size_t offset = 0;
  for (const StoredTensor& tensor : tensors) {
    if (header.contains(tensor.name) || tensor.name == "__metadata__")
      throw Error(ErrorKind::usage, fmt::format("[safetensors] two tensors are called '{}'", tensor.name));
    if (byte_count(tensor.shape, size_of(tensor.type)) != tensor.bytes.size())
      throw Error(ErrorKind::usage, fmt::format("[safetensors] '{}' has {} bytes, shape {}", tensor.name,
                                                tensor.bytes.size(), to_string(tensor.shape)));
    header[tensor.name] = {{"dtype", to_string(tensor.type)},
                           {"shape", tensor.shape},
                           {"data_offsets", {offset, offset + tensor.bytes.size()}}};
    offset += tensor.bytes.size();
  }
  std::string text = header.is_null() ? "{}" : header.dump();
  text.append((kLengthBytes - text.size() % kLengthBytes) % kLengthBytes, ' ');  // aligns the numbers
  return text;
}

}  // namespace

int64_t size_of(StoredType type) { return std::ranges::find(kTypes, type, &TypeName::type)->size; }

std::string_view to_string(StoredType type) { return std::ranges::find(kTypes, type, &TypeName::type)->name; }

StoredTensor stored(const std::string& name, const Tensor& tensor) {
  const std::byte* first = nullptr;
  const auto of = [&]<class T>(T) { first = reinterpret_cast<const std::byte*>(tensor.data<T>()); };
  switch (tensor.dtype()) {
    case DType::float64:
      of(double{});
      break;
    case DType::bfloat16:
      of(bfloat16{});
      break;
    case DType::int32:
      of(int32_t{});
      break;
    case DType::uint8:
      of(uint8_t{});
      break;
    case DType::float32:
      of(float{});
  }
  return {name, stored_type(tensor.dtype()), tensor.shape(), {first, size_t(tensor.bytes())}};
}

Tensor to_tensor(const StoredTensor& stored, Device device) {
  const auto copy = [&]<class T>(T) {
    std::vector<T> values(size_t(element_count(stored.shape)));
    if (!values.empty()) std::memcpy(values.data(), stored.bytes.data(), stored.bytes.size());
    return values;
  };
  switch (stored.type) {
    case StoredType::f64:
      return Tensor::from(copy(double{}), stored.shape, device);
    case StoredType::bf16:
      return Tensor::from(copy(bfloat16{}), stored.shape, device);
    case StoredType::i32:
      return Tensor::from(copy(int32_t{}), stored.shape, device);
    case StoredType::u8:
      return Tensor::from(copy(uint8_t{}), stored.shape, device);
    case StoredType::f32:
      return Tensor::from(copy(float{}), stored.shape, device);
    case StoredType::f16: {
      const Tensor tensor = Tensor::empty(stored.shape, DType::float32, device);
      cast(Reference{}, tensor.size(), copy(float16{}).data(), tensor.data<float>());
      return tensor;
    }
    case StoredType::i64:
      break;
  }
  throw Error(ErrorKind::input, fmt::format("'{}' holds 64-bit integers", stored.name));
}

void write_safetensors(const std::filesystem::path& path, const SafetensorsMetadata& metadata,
                       std::vector<StoredTensor> tensors) {
  std::ranges::stable_sort(tensors, std::greater{}, [](const StoredTensor& t) { return size_of(t.type); });
  const std::string header = make_header(metadata, tensors);
  const uint64_t length = header.size();
  static_assert(std::endian::native == std::endian::little);
  AtomicFile file(path);
  file.write(std::as_bytes(std::span(&length, 1)));
  file.write(std::as_bytes(std::span(header)));
  for (const StoredTensor& tensor : tensors) file.write(tensor.bytes);
  file.commit();
}

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : name_(path.string()) {
  mapping_.emplace_back(path);
  parse(mapping_.back().bytes());
}

SafetensorsFile::SafetensorsFile(std::span<const std::byte> bytes, std::string name)
    : name_(std::move(name)) {
  parse(bytes);
}

void SafetensorsFile::parse(std::span<const std::byte> bytes) {
  bytes_ = int64_t(bytes.size());
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (const auto what = impostor(text))
    throw Error(ErrorKind::input, fmt::format("this is {}", *what), name_);
  uint64_t length = 0;
  if (bytes.size() >= kLengthBytes) std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length < 2 || length > kMaxHeader || length > bytes.size() - kLengthBytes)
    throw Error(ErrorKind::input, "not a safetensors file, or a truncated one", name_);

  const nlohmann::json header = parse_header(text.substr(kLengthBytes, length), name_);
  const std::span<const std::byte> data = bytes.subspan(kLengthBytes + length);
  for (const auto& [key, entry] : header.items()) {
    if (key != "__metadata__")
      tensors_.push_back(parse_tensor(key, entry, data, name_));
    else if (entry.is_object())
      for (const auto& [name, value] : entry.items())
        metadata_[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  check_layout(tensors_, data, name_);
  for (size_t i = 0; i < tensors_.size(); ++i) index_[tensors_[i].name] = i;
}

void SafetensorsFile::release_pages() const {
  for (const MappedFile& file : mapping_) file.release_pages();
}

const StoredTensor* SafetensorsFile::find(const std::string& name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &tensors_[found->second];
}

}  // namespace huegrad
