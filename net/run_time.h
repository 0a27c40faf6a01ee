// How long a model takes for a picture, on the device that it is on.
#pragma once
#include "data/image.h"
#include "net/colorizer.h"

namespace huegrad {

// Medians of about a second of repetitions, in seconds.
struct RunTime {
  NetworkExtent extent = {};  // what the network sees of a square picture
  double network = 0;         // the network on that, and the decoding of its colours
  double picture = 0;         // the given picture from samples to samples; files are neither read nor written
};

RunTime measure_run_time(Colorizer& colorizer, Device device, const Image& picture);

}  // namespace huegrad
