// From a photograph to its colours and labels: everything between a decoded picture and an encoded one.
//
//   NetworkInput input = colorizer.prepare(picture);
//   Prediction prediction = colorizer.predict({&input, 1})[0];
//   Image colored = colorizer.compose(picture, prediction);
#pragma once
#include <memory>
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
  bool lean = false;               // on the CPU: less memory, slower (kernels/prepared_convolution.h)
};

// How colours come to the picture's resolution.
enum class Upsampling {
  bilinear,
  bicubic,  // Catmull-Rom (kernels/resize.h): to compare with; pictures are made with one of the others
  jbu,      // along the edges of the picture (kernels/joint_bilateral_upsample.h)
};

// Throws Error(usage) naming the option that is out of range.
void check_options(const ColorizeOptions& options);

// A picture's bytes on their way to a CUDA device, in order with everything that is computed from them. Both
// stay until all of that is done; undefined where the network is in host memory.
struct UploadedPicture {
  Tensor pinned, samples;
};

// What the network sees of a picture: L - 50 (1, height, width, 1), both multiples of 8, on its device.
struct NetworkInput {
  Tensor lightness;
  UploadedPicture picture;

  int64_t height() const { return lightness.extent(1); }
  int64_t width() const { return lightness.extent(2); }
};

// What it answers, on a grid of a quarter of its input. On a CUDA device it is queued and stays there:
// Colorizer reads it where it is, and brings home what is asked for.
struct Prediction {
  Tensor color_logits;     // (height, width, 313)
  Tensor semantic_logits;  // (height, width, classes); undefined without semantics
  UploadedPicture picture;

  int64_t height() const { return color_logits.extent(0); }
  int64_t width() const { return color_logits.extent(1); }
};

class Colorizer {
 public:
  static constexpr int64_t kMaxAspect = 4;

  // Move the network here if it is not needed any more: then its weights are not kept twice.
  Colorizer(HierarchicalNetwork network, const ColorizeOptions& options);

  const std::vector<std::string>& classes() const { return classes_; }  // empty without semantics
  const ColorizeOptions& options() const { return options_; }
  Device device() const { return device_; }

  // All of these may be called from several threads at once. In host memory predict() lets one in at a time;
  // on a CUDA device they let one queue its work at a time, and only what returns pixels waits for the
  // device.
  NetworkInput prepare(const Image& picture) const;
  // All inputs of the same size.
  std::vector<Prediction> predict(std::span<const NetworkInput> inputs);
  // The predicted colours in host memory, (height, width, 2): annealed mean, in units of Lab, times saturation.
  Tensor colors(const Prediction& prediction) const;
  // Those colours at the picture's resolution, (height, width, 2), before sRGB's gamut limits them.
  std::vector<float> upsample(const Image& picture, const Tensor& colors, Upsampling upsampling) const;
  // The picture, which was prepared for this prediction, with the predicted colours: lightness, size, bit
  // depth and alpha are the picture's own.
  Image compose(const Image& picture, const Prediction& prediction) const;
  // The most probable class of every pixel of a picture of this size.
  LabelMap labels(const Prediction& prediction, int64_t height, int64_t width) const;

  // prepare, predict, compose.
  Image colorize(const Image& picture);

 private:
  bool on_cuda() const { return device_.kind == DeviceKind::cuda; }
  // Held while work is queued on the CUDA device; nothing to hold in host memory.
  std::unique_lock<std::mutex> queueing() const;
  // Brings to `to` what will be in a CUDA tensor when all that is queued is done; gives up the lock to wait.
  void fetch(std::unique_lock<std::mutex> lock, const Tensor& from, void* to) const;
  Tensor batch(std::span<const NetworkInput> inputs) const;

  ColorizeOptions options_;
  std::vector<std::string> classes_;
  Device device_;
  std::mutex plan_mutex_;
  InferencePlan plan_;
  Tensor centers_;                        // (bins, 2), times saturation, on the device
  std::unique_ptr<CudaQueue> downloads_;  // beside the work of other pictures
};

// Extents of the network's input for a picture, both multiples of 8.
struct NetworkExtent {
  int64_t height, width;
  bool operator==(const NetworkExtent&) const = default;
};
NetworkExtent network_extent(const WorkingSize& working_size, int64_t height, int64_t width);

}  // namespace huegrad
