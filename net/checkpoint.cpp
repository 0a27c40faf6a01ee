#include "net/checkpoint.h"

#include "core/error.h"
#include "core/safetensors.h"

namespace huegrad {
namespace {

constexpr const char* kFormat = "huegrad checkpoint";
constexpr const char* kVersion = "1";

// Of the counters and every tensor's bytes, in the order given.
std::string content_hash(const std::vector<StoredTensor>& tensors, const std::string& counters) {
  std::vector<uint64_t> sums = {checksum(std::as_bytes(std::span(counters)))};
  for (const StoredTensor& tensor : tensors) sums.push_back(checksum(tensor.bytes));
  return fmt::format("{:016x}", checksum(std::as_bytes(std::span(sums))));
}

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what) {
  throw Error(ErrorKind::input, what, path.string(),
              "Start the run again without --resume, in another folder");
}

}  // namespace

void save_checkpoint(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors,
                     const nlohmann::json& counters) {
  std::vector<Tensor> values;  // owners of the bytes, in host memory
  std::vector<StoredTensor> entries;
  for (const NamedTensor& state : tensors)
    entries.push_back(stored(state.name, values.emplace_back(state.tensor.to(Device{}))));
  const std::string text = counters.dump();
  const SafetensorsMetadata metadata = {{"format", kFormat},
                                        {"version", kVersion},
                                        {"counters", text},
                                        {"content_hash", content_hash(entries, text)}};
  write_safetensors(path, metadata, std::move(entries));
}

nlohmann::json restore_checkpoint(const std::filesystem::path& path,
                                  const std::vector<NamedTensor>& tensors) {
  const SafetensorsFile file(path);
  SafetensorsMetadata metadata = file.metadata();
  if (metadata["format"] != kFormat) fail(path, "not a checkpoint of huegrad");
  if (metadata["version"] != kVersion)
    fail(path, fmt::format("checkpoint of version {}, this program reads {}", metadata["version"], kVersion));

  std::vector<StoredTensor> entries;
  for (const NamedTensor& state : tensors) {
    const StoredTensor* entry = file.find(state.name);
    if (!entry) fail(path, fmt::format("the checkpoint has no tensor \"{}\"", state.name));
    if (entry->shape != state.tensor.shape())
      fail(path, fmt::format("\"{}\" is {} in the checkpoint, the network wants {}", state.name,
                             to_string(entry->shape), to_string(state.tensor.shape())));
    entries.push_back(*entry);
  }
  if (file.tensors().size() != entries.size())
    fail(path, fmt::format("the checkpoint holds {} tensors, the run has {}", file.tensors().size(),
                           entries.size()));
  const nlohmann::json counters = nlohmann::json::parse(metadata["counters"], nullptr, false);
  if (counters.is_discarded() || content_hash(entries, metadata["counters"]) != metadata["content_hash"])
    fail(path, "damaged checkpoint: its content is not what was saved");
  for (size_t i = 0; i < tensors.size(); ++i) tensors[i].tensor.copy_from(to_tensor(entries[i]));
  return counters;
}

}  // namespace huegrad
