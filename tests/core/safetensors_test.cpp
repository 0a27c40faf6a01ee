#include "core/safetensors.h"

#include <doctest/doctest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

#include "core/error.h"
#include "kernels/random.h"
#include "tests/support/text.h"

using namespace huegrad;
using test::contains;

namespace {

struct TemporaryFile {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("huegrad_safetensors_{}.safetensors", ::getpid());
  ~TemporaryFile() { std::filesystem::remove(path); }
};

// A file of the given header and numbers.
std::vector<std::byte> file_of(const std::string& header, size_t data_bytes) {
  std::vector<std::byte> bytes(8 + header.size() + data_bytes, std::byte{1});
  const uint64_t length = header.size();
  std::memcpy(bytes.data(), &length, 8);
  std::memcpy(bytes.data() + 8, header.data(), header.size());
  return bytes;
}

std::string message_of(const std::vector<std::byte>& bytes) {
  try {
    const SafetensorsFile file(bytes, "model");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::input);
    return error.what();
  }
  return "";
}

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

const std::string kGood = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";

}  // namespace

TEST_CASE("safetensors: what is written is read, bit for bit") {
  const Tensor f32 =
      Tensor::from<float>({1.5f, -0.0f, std::numeric_limits<float>::infinity(), 3e-40f}, {2, 2});
  const Tensor f64 = Tensor::from<double>({0.1, 0.2, 0.3}, {3});
  const Tensor i32 = Tensor::from<int32_t>({-7}, {});
  const Tensor u8 = Tensor::from<uint8_t>({1, 2, 255}, {1, 3});
  const Tensor bf16 = f64.to(DType::bfloat16);
  const Tensor none = Tensor::zeros({0, 4});
  const TemporaryFile temporary;
  write_safetensors(temporary.path, {{"who", "we \"quote\"\n"}},
                    {stored("u8", u8), stored("f32", f32), stored("bf16", bf16), stored("i32", i32),
                     stored("f64", f64), stored("none", none)});
  const SafetensorsFile file(temporary.path);
  CHECK(file.metadata() == SafetensorsMetadata{{"who", "we \"quote\"\n"}});
  CHECK(file.tensors().size() == 6);
  CHECK(file.find("missing") == nullptr);
  for (const auto& [name, tensor] :
       {std::pair{"f32", f32}, {"f64", f64}, {"i32", i32}, {"u8", u8}, {"bf16", bf16}, {"none", none}}) {
    CAPTURE(name);
    const Tensor read = to_tensor(*file.find(name));
    CHECK(read.dtype() == tensor.dtype());
    CHECK(read.shape() == tensor.shape());
    CHECK(std::ranges::equal(stored("", read).bytes, stored("", tensor).bytes));
  }
}

TEST_CASE("safetensors: every tensor is aligned to its element") {
  const Tensor odd = Tensor::from<uint8_t>({1, 2, 3}, {3});
  const Tensor wide = Tensor::from<double>({1}, {1});
  const TemporaryFile temporary;
  write_safetensors(temporary.path, {}, {stored("odd", odd), stored("wide", wide)});
  const SafetensorsFile file(temporary.path);
  for (const StoredTensor& tensor : file.tensors())
    CHECK(reinterpret_cast<uintptr_t>(tensor.bytes.data()) % uintptr_t(size_of(tensor.type)) == 0);
}

TEST_CASE("safetensors: float16 becomes float32, 64-bit integers are refused") {
  const std::vector<uint16_t> halves = {0x3c00, 0xc000, 0x7c00, 0x0001};  // 1, -2, infinity, 2^-24
  const StoredTensor half{"h", StoredType::f16, {4}, std::as_bytes(std::span(halves))};
  CHECK(to_tensor(half).values<float>() ==
        std::vector<float>{1, -2, std::numeric_limits<float>::infinity(), 0x1p-24f});
  const StoredTensor wide{"w", StoredType::i64, {1}, std::as_bytes(std::span(halves))};
  CHECK_THROWS_AS(to_tensor(wide), Error);
}

TEST_CASE("safetensors: a file written by Python is read") {
  // save({"x": torch.tensor([1., 2.])}, metadata={"format": "pt"}), padded with spaces as Python does
  const auto bytes = file_of(
      R"({"__metadata__":{"format":"pt"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}   )", 8);
  const SafetensorsFile file(bytes, "model");
  CHECK(file.metadata().at("format") == "pt");
  CHECK(file.find("x")->shape == Shape{2});
}

TEST_CASE("safetensors: other files are named for what they are") {
  CHECK(contains(message_of(bytes_of("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")), "LFS"));
  CHECK(contains(message_of(bytes_of("<!DOCTYPE html><html>not found</html>")), "web page"));
  CHECK(contains(message_of(bytes_of("PK\x03\x04 archive/data.pkl")), "PyTorch"));
  CHECK(contains(message_of({}), "truncated"));
  CHECK(contains(message_of(bytes_of("short")), "truncated"));
  CHECK(contains(message_of(bytes_of("some text that is long enough")), "not a safetensors file"));
}

TEST_CASE("safetensors: lies are found before numbers are read") {
  const auto entry = [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return R"({"a":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}";
  };
  CHECK(message_of(file_of(kGood, 8)) == "");
  CHECK(contains(message_of(file_of(kGood, 7)), "outside the file"));
  CHECK(contains(message_of(file_of(kGood, 9)), "belong to no tensor"));
  CHECK(contains(message_of(file_of(entry("\"F32\"", "[3]", "[0,8]"), 8)), "another size"));
  CHECK(contains(message_of(file_of(entry("\"F32\"", "[2]", "[8,0]"), 8)), "outside"));
  CHECK(contains(message_of(file_of(entry("\"F32\"", "[2]", "[0,8,16]"), 8)), "outside"));
  CHECK(contains(message_of(file_of(entry("\"F32\"", "[-2]", "[0,8]"), 8)), "-2 in its shape"));
  CHECK(contains(message_of(file_of(entry("\"F32\"", "[2.5]", "[0,8]"), 8)), "2.5 in its shape"));
  CHECK(contains(message_of(file_of(entry("\"F32\"", "2", "[0,8]"), 8)), "no list of numbers"));
  CHECK(contains(message_of(file_of(entry("\"F8\"", "[8]", "[0,8]"), 8)), "element type \"F8\""));
  CHECK(contains(message_of(file_of(entry("7", "[8]", "[0,8]"), 8)), "element type 7"));
  // 2^32 * 2^32 elements: the product wraps to 0
  CHECK(
      contains(message_of(file_of(entry("\"F32\"", "[4294967296,4294967296]", "[0,0]"), 0)), "another size"));
  CHECK(contains(message_of(file_of(R"({"a":{"dtype":"F32","shape":[2]}})", 8)), "no data_offsets"));
  CHECK(contains(message_of(file_of(R"({"a":[1]})", 8)), "no shape"));
  CHECK(contains(message_of(file_of("[1, 2]", 8)), "no JSON header"));
  CHECK(contains(message_of(file_of("{\"a\":", 8)), "no JSON header"));
  CHECK(contains(message_of(file_of(std::string(100'000, '['), 0)), "no JSON header"));
}

TEST_CASE("safetensors: overlaps, holes and equal names are damage") {
  const auto two = [](const std::string& first, const std::string& second, const std::string& name) {
    return R"({"a":{"dtype":"F32","shape":[2],"data_offsets":)" + first + R"(},")" + name +
           R"(":{"dtype":"F32","shape":[2],"data_offsets":)" + second + "}}";
  };
  CHECK(message_of(file_of(two("[8,16]", "[0,8]", "b"), 16)) == "");
  CHECK(contains(message_of(file_of(two("[0,8]", "[4,12]", "b"), 12)), "overlaps"));
  CHECK(contains(message_of(file_of(two("[0,8]", "[0,8]", "b"), 8)), "overlaps"));
  CHECK(contains(message_of(file_of(two("[0,8]", "[12,20]", "b"), 20)), "hole"));
  CHECK(contains(message_of(file_of(two("[0,8]", "[8,16]", "a"), 16)), "two tensors are called 'a'"));
}

TEST_CASE("safetensors: a header longer than the file, or than the format allows") {
  for (uint64_t length : {uint64_t(1000), uint64_t(100'000'001), ~uint64_t(0), ~uint64_t(0) - 7}) {
    auto bytes = file_of(kGood, 8);
    std::memcpy(bytes.data(), &length, 8);
    CHECK(contains(message_of(bytes), "truncated"));
  }
}

TEST_CASE("safetensors: random damage never gets past the checks unseen") {
  const auto good = file_of(kGood, 8);
  for (uint64_t i = 0; i < 5000; ++i) {
    auto bytes = good;
    const auto random = philox(1, 0, i);
    if (random[3] % 4 == 0) bytes.resize(random[0] % bytes.size());
    if (!bytes.empty()) bytes[random[1] % bytes.size()] = std::byte(random[2]);
    try {
      const SafetensorsFile file(bytes, "model");
      for (const StoredTensor& tensor : file.tensors()) {
        CHECK(tensor.bytes.data() >= bytes.data());
        CHECK(tensor.bytes.data() + tensor.bytes.size() <= bytes.data() + bytes.size());
      }
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::input);
    }
  }
}

TEST_CASE("safetensors: a writer's mistakes are refused and leave no file") {
  const Tensor x = Tensor::zeros({2});
  const TemporaryFile temporary;
  CHECK_THROWS_AS(write_safetensors(temporary.path, {}, {stored("x", x), stored("x", x)}), Error);
  StoredTensor lie = stored("x", x);
  lie.shape = {3};
  CHECK_THROWS_AS(write_safetensors(temporary.path, {}, {lie}), Error);
  CHECK(!std::filesystem::exists(temporary.path));
}
