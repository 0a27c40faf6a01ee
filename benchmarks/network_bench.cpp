// Whole networks: pictures through an inference plan, a photograph from its pixels to its coloured pixels, a
// step of training. Names are those of benchmarks/peers/pytorch_gpu.py.
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <ranges>

#include "benchmarks/passes.h"
#include "kernels/colorize_pixels.h"
#include "net/colorizer.h"
#include "net/inference_plan.h"
#include "net/initialize.h"
#include "net/summary.h"
#include "net/trainer.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

// What is run where. by: "" for what users get, or the name of a choice.
struct NetworkCase {
  std::string preset;
  int64_t side, batch;
  DeviceKind device;
  Precision precision;
  std::string by;

  // inference<Cuda,bf16>/voc/batch:8
  std::string name(const std::string& work) const {
    const std::string choice = by.empty() ? "" : "," + by;
    const char* place = device == DeviceKind::cuda ? "Cuda" : "Cpu";
    return fmt::format("{}<{},{}{}>/{}/batch:{}", work, place, precision.name, choice, preset, batch);
  }
  // measures: as huegrad train does.
  void use_choices(bool measures = false) const {
    if (device != DeviceKind::cuda) return;
    choose(precision.math, by.empty() ? ConvolutionChoice::automatic : ConvolutionChoice::handwritten);
    cuda_context().measures_convolutions = measures;
  }
  Cost cost(double passes) const {
    const double macs = double(summarize(load_preset(preset), batch, side, side).macs);
    return {.flops = 2 * passes * macs, .math = precision.math};
  }
  Tensor lightness() const {
    return varied_values(batch * side * side, -50, 50, DType::float32, {device})
        .reshape({batch, side, side, 1});
  }
  // Drawn once for all measurements.
  HierarchicalNetwork network() const {
    static std::map<std::string, HierarchicalNetwork> drawn;
    const auto [place, is_new] = drawn.try_emplace(preset, load_preset(preset));
    if (is_new) initialize(place->second, {.seed = 1});
    return place->second.to({device});
  }
};

void add_inference(const NetworkCase& c) {
  add({.name = c.name("inference"),
       .device = c.device,
       .cost = c.cost(1),
       .prepare = [c]() -> std::function<void()> {
         const auto plan = std::make_shared<InferencePlan>(c.network(), c.precision.storage);
         const Tensor lightness = c.lightness();
         return [=] {
           c.use_choices();
           plan->run(lightness);
         };
       },
       .pictures = double(c.batch),
       .caches_cold = false});
}

// A picture of the network's own size on the device becomes a coloured picture there: network, and the kernel
// from distributions to sRGB.
void add_picture(const NetworkCase& c) {
  add({.name = c.name("picture"),
       .device = c.device,
       .cost = c.cost(1),
       .prepare = [c]() -> std::function<void()> {
         const auto plan = std::make_shared<InferencePlan>(c.network(), c.precision.storage);
         const int64_t grid = c.side / 4, bins = load_preset(c.preset).bins;
         const ColorizePixelsShape s = {
             {.low_height = grid, .low_width = grid, .high_height = c.side, .high_width = c.side},
             1,
             true,
             bins};
         const On<Cuda> on;
         const auto centers = on.floats(2 * bins, -100, 100);
         const auto grey = on.levels(s.pixels()), colored = on.levels(s.pixels() * s.out_channels());
         const Tensor lightness = c.lightness();
         return [=] {
           c.use_choices();
           const Tensor logits = plan->run(lightness).color_logits;
           const auto colorize = [&](auto real) {
             colorize_pixels(on.backend(), s, logits.data<decltype(real)>(), centers.data(), grey.data(),
                             colored.data());
           };
           logits.dtype() == DType::bfloat16 ? colorize(bfloat16{}) : colorize(float{});
         };
       },
       .pictures = 1,
       .caches_cold = false});
}

// A photograph as `huegrad colorize` treats it between reading and writing, at the size that the preset's
// models work at. tiny is what ships.
void add_photograph(const std::string& preset) {
  constexpr int64_t height = 375, width = 500;
  ColorizeOptions options;
  options.working_size.size = load_preset(preset).input_size;
  const NetworkExtent extent = network_extent(options.working_size, height, width);
  const NetworkCase c = {preset, 0, 1, DeviceKind::cpu, kPrecisions[0], ""};
  add({.name = fmt::format("photograph<Cpu,fp32>/{}/{}x{}", preset, height, width),
       .device = c.device,
       .cost = {.flops = 2.0 * double(summarize(load_preset(preset), 1, extent.height, extent.width).macs)},
       .prepare = [=]() -> std::function<void()> {
         const auto colorizer = std::make_shared<Colorizer>(c.network(), options);
         Image picture = Image::make(width, height, 3);
         for (size_t i = 0; i < picture.samples8.size(); ++i) picture.samples8[i] = uint8_t(i * i / 97);
         return [=] { colorizer->colorize(picture); };
       },
       .pictures = 1,
       .caches_cold = false});
}

Batch random_batch(const NetworkCase& c, const NetworkConfig& network, int64_t targets) {
  const int64_t n = c.batch, grid = c.side / 4, pixels = n * grid * grid;
  const auto values = [&](int64_t each, double low, double high, const Shape& shape) {
    return varied_values(pixels * each, low, high, DType::float32, {}).reshape(shape);
  };
  const auto integers = [&](int64_t each, int64_t count, const Shape& shape) {
    return varied_integers(pixels * each, int32_t(count), DType::int32, {}).reshape(shape);
  };
  return {.lightness = c.lightness().to(Device{}),
          .color_index = integers(targets, network.bins, {n, grid, grid, targets}),
          .color_weight = Tensor::full({n, grid, grid, targets}, 1.0 / double(targets)),
          .color_entropy = Tensor::full({n, grid, grid}, std::log(double(targets))),
          .color_rarity = values(1, 0.5, 5, {n, grid, grid}),
          .ab = values(2, -80, 80, {n, grid, grid, 2}),
          .labels = integers(1, int64_t(network.classes.size()), {n, grid, grid}),
          .label_weight = Tensor::full({n, grid, grid}, 1),
          .names = {}};
}

// A batch in pinned memory, as loaders make it, and its place on the device.
struct Upload {
  explicit Upload(Batch host) : placed(host.to({DeviceKind::cuda})) {
    for (const Tensor* tensor : host.tensors()) {
      pinned.push_back(Tensor::pinned(tensor->shape(), tensor->dtype()));
      pinned.back().copy_from(*tensor);
    }
  }
  void queue() {
    for (size_t i = 0; i < pinned.size(); ++i)
      cuda_context().copy(placed.tensors()[i]->address(), pinned[i].address(), pinned[i].bytes(),
                          CudaCopy::to_device);
  }

  Batch placed;
  std::vector<Tensor> pinned;
};

// A step of training as runs make it: the next is queued before the report of the one before is read.
std::function<void()> training_steps(const NetworkCase& c) {
  const NetworkConfig network = load_preset(c.preset);
  TrainConfig config;
  config.batch = c.batch;
  config.crop = c.side;
  const Batch pictures = random_batch(c, network, config.neighbours);
  TrainingStatistics statistics;
  statistics.lightness = pictures.lightness.narrow(0, 1);
  c.use_choices(true);
  const auto trainer =
      std::make_shared<Trainer>(network, config, statistics, Device{c.device}, c.precision.storage);
  const auto upload =
      c.device == DeviceKind::cuda ? std::make_shared<Upload>(pictures) : std::shared_ptr<Upload>();
  const auto step = [=] {
    c.use_choices(true);
    if (upload) upload->queue();
    trainer->queue(upload ? upload->placed : pictures, 0);
    if (trainer->unreported() > 1) trainer->report();
  };
  step();  // plans are chosen
  step();  // on CUDA the graph is made
  return step;
}

// Pictures to the device, forward, loss, backward, clipping, AdamW and the moving average.
void add_training(const NetworkCase& c) {
  add({.name = c.name("training"),
       .device = c.device,
       .cost = c.cost(3),
       .prepare = [c] { return training_steps(c); },
       .pictures = double(c.batch),
       .caches_cold = false});
}

const bool kRegistered = [] {
  const Precision fp32 = kPrecisions[0];
  for (const char* preset : {"tiny", "voc"}) add_inference({preset, 224, 1, DeviceKind::cpu, fp32, ""});
  add_inference({"voc", 224, 8, DeviceKind::cpu, fp32, ""});
  for (const char* preset : {"tiny", "voc"}) add_photograph(preset);
  add_training({"tiny", 128, 16, DeviceKind::cpu, fp32, ""});
  for (const Precision& p : std::views::reverse(kPrecisions))  // what is used most comes first
    for (const char* by : {"", "handwritten"}) {
      const auto on_cuda = [&](const char* preset, int64_t side, int64_t batch) {
        return NetworkCase{preset, side, batch, DeviceKind::cuda, p, by};
      };
      add_picture(on_cuda("voc", 224, 1));
      for (const int64_t batch : {1, 8, 64}) add_inference(on_cuda("voc", 224, batch));
      for (const int64_t batch : {32, 64}) add_training(on_cuda("voc", 224, batch));
      // The smallest of each, for the emulation.
      add_picture(on_cuda("tiny", 16, 1));
      add_inference(on_cuda("tiny", 16, 1));
      add_training(on_cuda("tiny", 16, 2));
    }
  return true;
}();

}  // namespace
