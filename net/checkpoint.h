// The whole state of a training run in one safetensors file: every tensor that a step reads or writes, and
// the counters around them as JSON. Restoring it continues the run bit for bit.
#pragma once
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/named_tensor.h"

namespace huegrad {

// Atomic and durable: the file under `path` is the old one or the new one, whole, whatever happens.
void save_checkpoint(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors,
                     const nlohmann::json& counters);

// Overwrites `tensors` and returns the counters. Throws Error(input), before anything is overwritten, when
// the file is no checkpoint, damaged, of another version, or does not hold exactly these tensors.
nlohmann::json restore_checkpoint(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors);

}  // namespace huegrad
