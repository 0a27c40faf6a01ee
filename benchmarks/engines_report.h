// What cuDNN guesses and what its guesses are worth.
#pragma once
#include <string>

namespace huegrad::bench {

// JSON: for every pass of every layer of a network, "PRESET:SIDE:BATCH", in TF32 and bfloat16, the engines
// that cuDNN proposes, best guess first, with their workspace and the milliseconds they take here. Throws
// std::runtime_error without a device or cuDNN, or where there is no such network.
std::string engines_as_json(const std::string& network);

}  // namespace huegrad::bench
