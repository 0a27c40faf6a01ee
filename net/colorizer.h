// From a photograph to its colours and labels: everything between a decoded picture and an encoded one.
//
//   NetworkInput input = colorizer.prepare(picture);
//   Prediction prediction = colorizer.predict({&input, 1})[0];
//   Image colored = colorizer.compose(picture, prediction);
#pragma once
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "data/image.h"
#include "data/label_map.h"
#include "net/inference_plan.h"
#include "net/model_file.h"

namespace huegrad {

// The size at which the network sees a picture.
struct WorkingSize {
  enum class Fit {
    shorter_side,  // aspect kept, shorter side `size`; past kMaxAspect the longer side is squashed
    native,        // the picture's own size
    square,        // stretched to size x size, as the published evaluation protocols do
  };
  Fit fit = Fit::shorter_side;
  int64_t size = 224;
};

struct ColorizeOptions {
  WorkingSize working_size;
  double temperature = 0.38;  // of the annealed mean: > 0, 1 is the mean
  bool jbu = true;            // joint bilateral upsampling; false: bilinear
  int64_t jbu_radius = 6;     // low-resolution pixels
  double jbu_sigma_spatial = 3, jbu_sigma_range = 15;
  double saturation = 1;           // factor on a and b
  DType storage = DType::float32;  // of activations; bfloat16 on CUDA only
};

// Throws Error(usage) naming the option that is out of range.
void check_options(const ColorizeOptions& options);

// What the network sees of a picture: L - 50 (height, width), both multiples of 8.
struct NetworkInput {
  int64_t height = 0, width = 0;
  std::vector<float> lightness;
};

// What it answers, on a grid of a quarter of its input.
struct Prediction {
  int64_t height = 0, width = 0, classes = 0;
  std::vector<float> ab;               // (height, width, 2): annealed mean, in units of Lab, times saturation
  std::vector<float> semantic_logits;  // (height, width, classes); empty without semantics
};

class Colorizer {
 public:
  static constexpr int64_t kMaxAspect = 4;

  Colorizer(const HierarchicalNetwork& network, const ColorizeOptions& options);

  const std::vector<std::string>& classes() const { return classes_; }  // empty without semantics
  const ColorizeOptions& options() const { return options_; }

  // All of these may be called from several threads at once; predict() lets one in at a time.
  NetworkInput prepare(const Image& picture) const;
  // All inputs of the same size.
  std::vector<Prediction> predict(std::span<const NetworkInput> inputs);
  // The colours at the picture's resolution, (height, width, 2), before sRGB's gamut limits them. jbu:
  // edge-aware; false: bilinear.
  std::vector<float> upsample(const Image& picture, const Prediction& prediction, bool jbu) const;
  // The picture with the predicted colours: lightness, size, bit depth and alpha are the picture's own.
  Image compose(const Image& picture, const Prediction& prediction) const;

  // prepare, predict, compose.
  Image colorize(const Image& picture);

 private:
  // compose() of an 8-bit picture on a device that has one kernel for it.
  Image compose_at_once(const Image& picture, const Prediction& prediction) const;

  ColorizeOptions options_;
  std::vector<std::string> classes_;
  Device device_;
  mutable std::mutex mutex_;  // of the plan, and of everything on the device
  InferencePlan plan_;
  Tensor centers_;  // (bins, 2), on the device
};

// Extents of the network's input for a picture, both multiples of 8.
struct NetworkExtent {
  int64_t height, width;
  bool operator==(const NetworkExtent&) const = default;
};
NetworkExtent network_extent(const WorkingSize& working_size, int64_t height, int64_t width);

// The most probable class of every pixel: logits interpolated bilinearly, row by row, so that memory does not
// grow with height * width * classes.
LabelMap upsample_labels(const Prediction& prediction, int64_t height, int64_t width);

}  // namespace huegrad
