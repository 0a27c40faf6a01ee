#include "net/model_file.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <functional>

#include "core/error.h"
#include "net/embedded_files.h"
#include "net/initialize.h"
#include "tests/net/tiny_config.h"
#include "tests/support/text.h"

using namespace huegrad;
using namespace huegrad::test;
namespace fs = std::filesystem;

namespace {

struct TemporaryFolder {
  fs::path path = fs::temp_directory_path() / fmt::format("huegrad_model_{}", ::getpid());
  TemporaryFolder() { fs::create_directories(path); }
  ~TemporaryFolder() { fs::remove_all(path); }
};

HierarchicalNetwork network_of_seed(uint64_t seed) {
  HierarchicalNetwork network(tiny_config());
  initialize(network, {.seed = seed});
  for (const NamedTensor& tensor : network.tensors())  // nothing is zero, so that everything is compared
    if (tensor.tensor.rank() == 1)
      for (int64_t i = 0; i < tensor.tensor.size(); ++i) tensor.tensor.data<float>()[i] = 0.1f + float(i);
  return network;
}

std::string message_of(const fs::path& path) {
  try {
    load_model(path);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::input);
    return error.what();
  }
  return "";
}

// Saves the file again with other metadata or tensors, as somebody with another program would.
void rewrite(const fs::path& from, const fs::path& to,
             const std::function<void(SafetensorsMetadata&, std::vector<StoredTensor>&)>& change,
             bool honest = false) {
  const SafetensorsFile file(from);
  SafetensorsMetadata metadata = file.metadata();
  std::vector<StoredTensor> tensors = file.tensors();
  change(metadata, tensors);
  if (honest) metadata["content_hash"] = content_hash(metadata, tensors);
  write_safetensors(to, metadata, tensors);
}

}  // namespace

TEST_CASE("model file: float32 survives bit for bit") {
  const TemporaryFolder folder;
  const HierarchicalNetwork network = network_of_seed(4);
  save_model(folder.path / "m.safetensors", network, {{"steps", 12}});
  const LoadedModel loaded = load_model(folder.path / "m.safetensors");
  CHECK(loaded.provenance == nlohmann::json{{"steps", 12}});
  CHECK(loaded.source == (folder.path / "m.safetensors").string());
  CHECK(loaded.content_hash.size() == 16);
  CHECK(to_json(loaded.network.config()) == to_json(network.config()));
  const auto expected = network.tensors(), actual = loaded.network.tensors();
  REQUIRE(expected.size() == actual.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(expected[i].name);
    CHECK(actual[i].tensor.values<float>() == expected[i].tensor.values<float>());
    CHECK(actual[i].tensor.requires_grad() == expected[i].trainable());
  }
}

TEST_CASE("model file: float16 is half the size and within rounding") {
  const TemporaryFolder folder;
  const HierarchicalNetwork network = network_of_seed(4);
  save_model(folder.path / "half.safetensors", network, {}, true);
  const LoadedModel loaded = load_model(folder.path / "half.safetensors");
  const auto expected = network.tensors(), actual = loaded.network.tensors();
  bool rounded = false;
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto a = actual[i].tensor.values<float>(), b = expected[i].tensor.values<float>();
    if (expected[i].role != NamedTensor::Role::weight) CHECK(a == b);
    rounded |= a != b;
    for (size_t j = 0; j < a.size(); ++j)
      REQUIRE(std::abs(a[j] - b[j]) <= std::abs(b[j]) * 0x1p-11f + 0x1p-25f);
  }
  CHECK(rounded);
}

TEST_CASE("model file: the tiny preset fits in 4 MB as float16") {
  const TemporaryFolder folder;
  const HierarchicalNetwork network(load_preset("tiny"));
  save_model(folder.path / "tiny.safetensors", network, {{"about", "size"}}, true);
  CHECK(fs::file_size(folder.path / "tiny.safetensors") <= 4'000'000);
}

TEST_CASE("model file: weights lie on disk as OIHW and IOHW") {
  const TemporaryFolder folder;
  const HierarchicalNetwork network = network_of_seed(9);
  save_model(folder.path / "m.safetensors", network, {});
  const SafetensorsFile file(folder.path / "m.safetensors");
  CHECK(file.find("conv2_1.weight")->shape == Shape{3, 2, 3, 3});  // out 3, in 2
  CHECK(file.find("conv8_1.weight")->shape == Shape{5, 4, 4, 4});  // in 5, out 4
  const auto disk = to_tensor(*file.find("conv2_1.weight")).values<float>();
  for (const NamedTensor& tensor : network.tensors()) {
    if (tensor.name != "conv2_1.weight") continue;
    const auto memory = tensor.tensor.values<float>();  // (K, R, S, C)
    const int64_t k = 2, c = 1, r = 0, s = 2;
    CHECK(disk[size_t(((k * 2 + c) * 3 + r) * 3 + s)] == memory[size_t(((k * 3 + r) * 3 + s) * 2 + c)]);
  }
}

TEST_CASE("model file: the same model has the same hash, another one another") {
  const TemporaryFolder folder;
  const auto hash = [&](uint64_t seed) {
    save_model(folder.path / "m.safetensors", network_of_seed(seed), {});
    return load_model(folder.path / "m.safetensors").content_hash;
  };
  CHECK(hash(1) == hash(1));
  CHECK(hash(1) != hash(2));
}

TEST_CASE("model file: damage anywhere is noticed") {
  const TemporaryFolder folder;
  const fs::path good = folder.path / "good.safetensors", bad = folder.path / "bad.safetensors";
  save_model(good, network_of_seed(1), {{"steps", 3}});
  const auto bytes = read_file(good);
  const auto write = [&](const std::vector<uint8_t>& content) {
    write_file(bad, std::as_bytes(std::span(content)));
  };
  for (size_t place = 0; place < bytes.size(); place += 101) {
    CAPTURE(place);
    auto copy = bytes;
    copy[place] ^= 0x10;
    write(copy);
    CHECK(message_of(bad) != "");
  }
  for (size_t size : {size_t(0), size_t(7), size_t(100), bytes.size() / 2, bytes.size() - 1}) {
    CAPTURE(size);
    write({bytes.begin(), bytes.begin() + std::ptrdiff_t(size)});
    CHECK(message_of(bad) != "");
  }
  auto copy = bytes;
  copy.back() ^= 1;
  write(copy);
  CHECK(contains(message_of(bad), "hash"));
}

TEST_CASE("model file: what is no model of ours is refused with the reason") {
  const TemporaryFolder folder;
  const fs::path good = folder.path / "good.safetensors", bad = folder.path / "bad.safetensors";
  save_model(good, network_of_seed(1), {});
  const auto with = [&](const char* key, const std::string& value) {
    rewrite(good, bad, [&](auto& metadata, auto&) { metadata[key] = value; });
    return message_of(bad);
  };
  CHECK(contains(with("format", "pt"), "not a huegrad model"));
  CHECK(contains(with("format_version", "99"), "format version '99', this program reads 1"));
  CHECK(contains(with("config", "{}"), "hash"));
  CHECK(contains(with("config", ""), "no configuration"));
  CHECK(contains(with("content_hash", "0123456789abcdef"), "hash"));
  rewrite(good, bad, [](auto&, auto& tensors) { tensors.pop_back(); });
  CHECK(contains(message_of(bad), "hash"));
  CHECK(contains(message_of(folder.path / "absent.safetensors"), "absent.safetensors"));
  CHECK(contains(message_of(folder.path), folder.path.string()));
}

TEST_CASE("model file: tensors must be those of the configuration") {
  const TemporaryFolder folder;
  const fs::path good = folder.path / "good.safetensors", bad = folder.path / "bad.safetensors";
  save_model(good, network_of_seed(1), {});
  const Tensor extra = Tensor::zeros({3});
  const auto with = [&](const auto& change) {
    rewrite(good, bad, change, true);
    return message_of(bad);
  };
  const auto config = [](const auto& change) {
    return [change](SafetensorsMetadata& metadata, std::vector<StoredTensor>&) {
      auto json = nlohmann::json::parse(metadata["config"]);
      change(json);
      metadata["config"] = json.dump();
    };
  };
  CHECK(with([](auto&, auto&) {}) == "");
  CHECK(contains(with([](auto&, auto& tensors) {
                   std::erase_if(tensors, [](auto& t) { return t.name == "conv8_2.bias"; });
                 }),
                 "no 'conv8_2.bias'"));
  CHECK(contains(with([&](auto&, auto& tensors) { tensors.push_back(stored("extra", extra)); }),
                 "does not know"));
  CHECK(contains(with([](auto&, auto& tensors) {
                   tensors[0].shape = {1, 2, 3, 3};
                 }),
                 "'conv1_1.weight' is 1x2x3x3, its configuration says 2x1x3x3"));
  CHECK(contains(with(config([](auto& json) { json["bins"] = 6; })), "conv8_313"));
  CHECK(contains(with(config([](auto& json) { json["bins"] = -6; })), "bins is -6"));
  // a few hundred bytes that claim to be gigabytes
  CHECK(contains(with(config([](auto& json) { json["channels"] = std::vector<int>(8, 4096); })),
                 "fewer parameters"));
}

TEST_CASE("model file: the shipped model, or a clear word that there is none") {
  if (find_embedded_file("models/default.safetensors")) {
    const LoadedModel model = load_model();
    CHECK(model.source == "built-in");
    CHECK(model.network.config().bins == 313);
    return;
  }
  try {
    load_model();
    FAIL("no model should be found");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::environment);
    CHECK(contains(error.what(), "built without the default model"));
  }
}
