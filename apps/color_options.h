// How a predicted distribution becomes the colours of a picture: the flags of every command that makes them.
#pragma once
#include <CLI/CLI.hpp>

#include "net/colorizer.h"

namespace huegrad {

// --temperature, --saturation, --jbu-sigma-s, --jbu-sigma-r, --jbu-radius
void add_color_options(CLI::App& command, ColorizeOptions& options);

}  // namespace huegrad
