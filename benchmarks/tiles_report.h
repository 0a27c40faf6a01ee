// What the tiles of our hand-written convolutions are worth.
#pragma once
#include <string>

namespace huegrad::bench {

// JSON: for every pass of every layer of a network, "PRESET:SIDE:BATCH", in TF32 and bfloat16, the milliseconds
// that each tile of the hand-written kernels takes here, and what the choice of kernels/cuda/tile_choice.h
// takes. Throws std::runtime_error without a device, or where there is no such network.
std::string tiles_as_json(const std::string& network);

}  // namespace huegrad::bench
