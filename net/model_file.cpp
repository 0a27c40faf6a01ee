#include "net/model_file.h"

#include <algorithm>
#include <array>

#include "core/error.h"
#include "kernels/cast.h"
#include "kernels/parallel.h"
#include "net/embedded_files.h"

namespace huegrad {
namespace {

constexpr const char* kFormat = "huegrad model";
constexpr const char* kDefaultModel = "models/default.safetensors";

// y[a, i1, i2, i3] = x[a, ...] with the axes of x after the first in the order `axes` (1-based).
Tensor permute_last_three(const Tensor& x, const std::array<int, 3>& axes) {
  if (x.rank() != 4) return x.clone();
  const Shape& shape = x.shape();
  const int64_t strides[4] = {0, shape[2] * shape[3], shape[3], 1};
  const Tensor y =
      Tensor::empty({shape[0], shape[size_t(axes[0])], shape[size_t(axes[1])], shape[size_t(axes[2])]},
                    DType::float32, x.device());
  const int64_t size = shape[1] * strides[1];
  parallel_for(0, shape[0], 4, [&](int64_t begin, int64_t end) {
    const float* from = x.data<float>() + begin * size;
    float* to = y.data<float>() + begin * size;
    for (int64_t a = begin; a < end; ++a, from += size)
      for (int64_t i = 0; i < y.extent(1); ++i)
        for (int64_t j = 0; j < y.extent(2); ++j)
          for (int64_t k = 0; k < y.extent(3); ++k)
            *to++ = from[i * strides[axes[0]] + j * strides[axes[1]] + k * strides[axes[2]]];
  });
  return y;
}

// Checks that the file is a model this program can read, whole; returns its content hash.
std::string check_identity(const SafetensorsFile& file) {
  const auto text = [&](const char* key) {
    const auto found = file.metadata().find(key);
    return found == file.metadata().end() ? std::string() : found->second;
  };
  if (text("format") != kFormat)
    throw Error(ErrorKind::input, "a safetensors file, but not a huegrad model", file.name());
  if (text("format_version") != std::to_string(kModelFormatVersion))
    throw Error(ErrorKind::input,
                fmt::format("the model has format version '{}', this program reads {}",
                            text("format_version"), kModelFormatVersion),
                file.name(), "Use the version of huegrad that wrote it");
  if (text("config").empty() || text("provenance").empty())
    throw Error(ErrorKind::input, "damaged model: no configuration", file.name());
  const std::string hash = content_hash(file.metadata(), file.tensors());
  if (text("content_hash") != hash)
    throw Error(ErrorKind::input, "damaged model: the content does not have the hash it was saved with",
                file.name(), "Copy or download it again");
  return hash;
}

NetworkConfig read_config(const SafetensorsFile& file) {
  NetworkConfig config;
  try {
    config = network_config_from_json(nlohmann::json::parse(file.metadata().at("config")));
  } catch (const std::exception& error) {
    throw Error(ErrorKind::input, fmt::format("damaged model: {}", error.what()), file.name());
  }
  // Before memory is taken: a file cannot hold a network of more parameters than it has bytes.
  uint64_t parameters = 0, bytes = 0;
  for (const LayerCost& cost : layer_costs(hierarchical_layers(config), 1, 8, 8))
    parameters += uint64_t(cost.parameters);
  for (const StoredTensor& tensor : file.tensors()) bytes += tensor.bytes.size();
  if (parameters > bytes)
    throw Error(ErrorKind::input, "damaged model: it holds fewer parameters than its network", file.name());
  return config;
}

void fill(const NamedTensor& target, const SafetensorsFile& file) {
  const StoredTensor* source = file.find(target.name);
  if (!source) throw Error(ErrorKind::input, fmt::format("the model has no '{}'", target.name), file.name());
  const Tensor values = from_disk_layout(to_tensor(*source, target.tensor.device()).to(DType::float32));
  if (values.shape() != target.tensor.shape())
    throw Error(ErrorKind::input,
                fmt::format("the model's '{}' is {}, its configuration says {}", target.name,
                            to_string(source->shape), to_string(to_disk_layout(target.tensor).shape())),
                file.name());
  target.tensor.copy_from(values);
}

}  // namespace

std::string content_hash(const SafetensorsMetadata& metadata, const std::vector<StoredTensor>& tensors) {
  std::vector<std::string> lines;
  for (const StoredTensor& tensor : tensors)
    lines.push_back(fmt::format("{} {} {} {:016x}\n", tensor.name, to_string(tensor.type),
                                to_string(tensor.shape), checksum(tensor.bytes)));
  std::ranges::sort(lines);
  std::string text = metadata.at("config") + "\n" + metadata.at("provenance") + "\n";
  for (const std::string& line : lines) text += line;
  return fmt::format("{:016x}", checksum(std::as_bytes(std::span(text))));
}

Tensor to_disk_layout(const Tensor& tensor) { return permute_last_three(tensor, {3, 1, 2}); }
Tensor from_disk_layout(const Tensor& tensor) { return permute_last_three(tensor, {2, 3, 1}); }

void save_model(const std::filesystem::path& path, const HierarchicalNetwork& network,
                const nlohmann::json& provenance, bool half) {
  std::vector<Tensor> values;  // owners of the bytes
  std::vector<std::vector<float16>> halves;
  std::vector<StoredTensor> tensors;
  for (const NamedTensor& named : network.tensors()) {
    const Tensor& value = values.emplace_back(to_disk_layout(named.tensor.to(Device{}).to(DType::float32)));
    tensors.push_back(stored(named.name, value));
    if (!half || value.rank() != 4) continue;
    auto& narrow = halves.emplace_back(size_t(value.size()));
    cast(Reference{}, value.size(), value.data<float>(), narrow.data());
    tensors.back().type = StoredType::f16;
    tensors.back().bytes = std::as_bytes(std::span(narrow));
  }
  SafetensorsMetadata metadata = {{"format", kFormat},
                                  {"format_version", std::to_string(kModelFormatVersion)},
                                  {"config", to_json(network.config()).dump()},
                                  {"provenance", provenance.dump()}};
  metadata["content_hash"] = content_hash(metadata, tensors);
  write_safetensors(path, metadata, std::move(tensors));
}

LoadedModel load_model(const SafetensorsFile& file, Device device) {
  const std::string hash = check_identity(file);
  file.release_pages();
  HierarchicalNetwork network(read_config(file), device.in_host_memory() ? device : Device{});
  const std::vector<NamedTensor> tensors = network.tensors();
  for (const NamedTensor& target : tensors) {
    fill(target, file);
    file.release_pages();  // or the model would be in memory twice
  }
  if (tensors.size() != file.tensors().size())
    throw Error(ErrorKind::input, "the model holds tensors that its configuration does not know",
                file.name());
  auto provenance = nlohmann::json::parse(file.metadata().at("provenance"), nullptr, false);
  if (!device.in_host_memory()) network = network.to(device);
  return {std::move(network), std::move(provenance), file.name(), hash, file.bytes()};
}

LoadedModel load_model(const std::filesystem::path& path, Device device) {
  if (!path.empty()) return load_model(SafetensorsFile(path), device);
  const EmbeddedFile* file = find_embedded_file(kDefaultModel);
  if (!file)
    throw Error(ErrorKind::environment, "this program was built without the default model", "",
                "Name one with --model, or put it at net/models/default.safetensors and build again");
  return load_model(SafetensorsFile(file->bytes, "built-in"), device);
}

}  // namespace huegrad
