// Kernels and networks on the CUDA device, timed by its own events; registered where there is a device.
// Shapes are those of preset voc at batch 32, and a tiny one of each for the emulation. Names of networks are
// those of benchmarks/peers/pytorch_gpu.py.
#include <benchmark/benchmark.h>

#include <functional>
#include <string>

#include "benchmarks/passes.h"
#include "core/autograd.h"
#include "core/cuda_device.h"
#include "core/tensor.h"
#include "kernels/batch_norm.h"
#include "kernels/colorize_pixels.h"
#include "kernels/conv2d.h"
#include "kernels/conv_transpose2d.h"
#include "kernels/reduce.h"
#include "kernels/relu.h"
#include "kernels/softmax_cross_entropy.h"
#include "kernels/strided_copy.h"
#include "net/inference_plan.h"
#include "net/initialize.h"
#include "net/summary.h"
#include "net/trainer.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

const Device kCuda{DeviceKind::cuda};

struct Choice {
  const char* name;
  ConvolutionChoice convolution;
};
struct Precision {
  const char* name;
  bool tensor_float32;
  DType storage;
};
const Precision kPrecisions[] = {
    {"fp32", false, DType::float32}, {"tf32", true, DType::float32}, {"bf16", true, DType::bfloat16}};

// What one iteration does, and what that amounts to.
struct Work {
  std::function<void()> run;
  double bytes = 0, flops = 0;
};

// make() is called when the benchmark is chosen: only then is memory taken.
void add(const std::string& name, const std::function<Work()>& make) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [make](benchmark::State& state) {
                                 const Work work = make();
                                 CudaEvent begin(cuda_context()), end(cuda_context());
                                 work.run();  // chooses plans, takes scratch memory
                                 for (auto _ : state) {
                                   begin.record();
                                   work.run();
                                   end.record();
                                   state.SetIterationTime(end.seconds_since(begin));
                                 }
                                 if (work.bytes > 0)
                                   state.SetBytesProcessed(int64_t(work.bytes * double(state.iterations())));
                                 if (work.flops > 0)
                                   state.counters["FLOP/s"] = benchmark::Counter(
                                       work.flops * double(state.iterations()), benchmark::Counter::kIsRate);
                               })
      ->UseManualTime()
      ->Unit(benchmark::kMillisecond);
}

Tensor array(int64_t size, DType dtype) { return Tensor::full({size}, 0.25, dtype, kCuda); }

template <class Storage>
constexpr const char* kStorageName = std::is_same_v<Storage, float> ? "float" : "bfloat16";

// Operations that only move values: what they read and write is what they cost.
template <class Storage>
void add_memory_bound(const char* size_name, int64_t rows, int64_t channels) {
  const int64_t size = rows * channels;
  const auto name = [&](const char* op) {
    return std::string(op) + "<Cuda," + kStorageName<Storage> + ">/" + size_name;
  };
  const double bytes = double(size) * double(sizeof(Storage));
  add(name("strided_copy"), [=] {
    const Tensor x = array(size, dtype_of<Storage>), y = array(size, dtype_of<Storage>);
    return Work{[=] {
                  strided_copy(cuda_backend(), {1, size, size, size}, x.data<Storage>(), y.data<Storage>());
                },
                2 * bytes};
  });
  add(name("relu_forward"), [=] {
    const Tensor x = array(size, dtype_of<Storage>), y = array(size, dtype_of<Storage>);
    return Work{[=] { relu_forward(cuda_backend(), size, x.data<Storage>(), y.data<Storage>()); }, 2 * bytes};
  });
  add(name("sum_rows"), [=] {
    const Tensor x = array(size, dtype_of<Storage>), y = array(channels, DType::float32);
    return Work{[=] { sum_rows(cuda_backend(), rows, channels, x.data<Storage>(), y.data<float>()); }, bytes};
  });
  add(name("batch_norm_forward"), [=] {
    const Tensor x = array(size, dtype_of<Storage>), y = array(size, dtype_of<Storage>);
    const Tensor mean = array(channels, DType::float32), variance = array(channels, DType::float32);
    return Work{[=] {
                  batch_norm_statistics(cuda_backend(), {rows, channels}, x.data<Storage>(),
                                        mean.data<float>(), variance.data<float>());
                  batch_norm_forward(cuda_backend(), {rows, channels}, x.data<Storage>(), mean.data<float>(),
                                     variance.data<float>(), nullptr, nullptr, y.data<Storage>());
                },
                3 * bytes};
  });
}

template <class Storage>
void add_loss(const char* size_name, int64_t rows) {
  constexpr int64_t kBins = 313, kTargets = 5;
  add(std::string("softmax_cross_entropy_soft<Cuda,") + kStorageName<Storage> + ">/" + size_name, [=] {
    const Tensor z = array(rows * kBins, dtype_of<Storage>), dz = z.clone();
    const Tensor index = Tensor::zeros({rows * kTargets}, DType::int32, kCuda);
    const Tensor weight = array(rows * kTargets, DType::float32), scale = array(1, DType::float32);
    const Tensor loss = array(rows, DType::float32);
    return Work{[=] {
                  softmax_cross_entropy(
                      cuda_backend(), {rows, kBins, kTargets}, z.data<Storage>(),
                      SparseTargets<float>{index.data<int32_t>(), weight.data<float>(), nullptr},
                      scale.data<float>(), loss.data<float>(), dz.data<Storage>());
                },
                2.0 * double(rows * kBins) * double(sizeof(Storage))};
  });
}

void add_colorize(const char* size_name, int64_t height, int64_t width) {
  add(std::string("colorize_pixels<Cuda>/") + size_name, [=] {
    const ColorizePixelsShape s = {
        {.low_height = 56, .low_width = 56, .high_height = height, .high_width = width}, 3};
    const Tensor ab = array(s.upsample.input_size(), DType::float32);
    const Tensor picture = Tensor::zeros({s.pixels() * 3}, DType::uint8, kCuda), out = picture.clone();
    return Work{[=] {
      colorize_pixels(cuda_backend(), s, ab.data<float>(), picture.data<uint8_t>(), out.data<uint8_t>());
    }};
  });
}

// Every pass of a convolution, by everybody who can compute it. CONV: conv2d or conv_transpose2d as
// functions.
template <class Storage, class Shape, class Forward, class Data, class Weight>
void add_convolution(const std::string& op, const char* size_name, const Shape& s, bool tensor_float32,
                     const Forward& forward, const Data& data, const Weight& weight) {
  const char* precision = std::is_same_v<Storage, bfloat16> ? "bf16" : tensor_float32 ? "tf32" : "fp32";
  for (const Choice& choice :
       {Choice{"cudnn", ConvolutionChoice::cudnn}, Choice{"handwritten", ConvolutionChoice::handwritten}})
    for (Pass pass : {Pass::forward, Pass::backward_data, Pass::backward_weight}) {
      const char* pass_name = pass == Pass::forward         ? "forward"
                              : pass == Pass::backward_data ? "data"
                                                            : "weight";
      add(op + "<Cuda," + precision + "," + choice.name + ">/" + size_name + "/" + pass_name, [=] {
        const Tensor x = array(s.input_size(), dtype_of<Storage>),
                     y = array(s.output_size(), dtype_of<Storage>);
        const Tensor w = array(s.weight_size(), dtype_of<Storage>),
                     dw = array(s.weight_size(), DType::float32);
        return Work{[=] {
                      cuda_context().convolution = choice.convolution;
                      cuda_context().tensor_float32 = tensor_float32;
                      if (pass == Pass::forward)
                        forward(s, x.data<Storage>(), w.data<Storage>(), y.data<Storage>());
                      if (pass == Pass::backward_data)
                        data(s, w.data<Storage>(), y.data<Storage>(), x.data<Storage>());
                      if (pass == Pass::backward_weight)
                        weight(s, x.data<Storage>(), y.data<Storage>(), dw.data<float>());
                    },
                    0, 2.0 * double(s.macs())};
      });
    }
}

template <class Storage>
void add_convolutions(const Named<Conv2dShape>& named, bool tensor_float32) {
  add_convolution<Storage>(
      "conv2d", named.name, named.shape, tensor_float32,
      [](const auto& s, auto* x, auto* w, auto* y) { conv2d_forward(cuda_backend(), s, x, w, {}, y); },
      [](const auto& s, auto* w, auto* dy, auto* dx) { conv2d_backward_data(cuda_backend(), s, w, dy, dx); },
      [](const auto& s, auto* x, auto* dy, float* dw) {
        conv2d_backward_weight(cuda_backend(), s, x, dy, dw);
      });
}

template <class Storage>
void add_convolutions(const Named<ConvTranspose2dShape>& named, bool tensor_float32) {
  add_convolution<Storage>(
      "conv_transpose2d", named.name, named.shape, tensor_float32,
      [](const auto& s, auto* x, auto* w, auto* y) {
        conv_transpose2d_forward(cuda_backend(), s, x, w, {}, y);
      },
      [](const auto& s, auto* w, auto* dy, auto* dx) {
        conv_transpose2d_backward_data(cuda_backend(), s, w, dy, dx);
      },
      [](const auto& s, auto* x, auto* dy, float* dw) {
        conv_transpose2d_backward_weight(cuda_backend(), s, x, dy, dw);
      });
}

template <class Shape>
void add_every_precision(const std::vector<Named<Shape>>& shapes) {
  for (const Named<Shape>& named : shapes) {
    add_convolutions<float>(named, false);
    add_convolutions<float>(named, true);
    add_convolutions<bfloat16>(named, true);
  }
}

// batch, height, width, in_channels, out_channels, kernel_height, kernel_width, stride, padding, dilation
const std::vector<Named<Conv2dShape>> kConv2dShapes = {
    {"conv1_1", {32, 224, 224, 1, 64, 3, 3, 1, 1, 1}},
    {"conv1_2", {32, 224, 224, 64, 64, 3, 3, 2, 1, 1}},
    {"conv2_1", {32, 112, 112, 64, 128, 3, 3, 1, 1, 1}},
    {"conv2_2", {32, 112, 112, 128, 128, 3, 3, 2, 1, 1}},
    {"conv3_2", {32, 56, 56, 256, 256, 3, 3, 1, 1, 1}},
    {"conv3_3", {32, 56, 56, 256, 256, 3, 3, 2, 1, 1}},
    {"conv4_2", {32, 28, 28, 512, 512, 3, 3, 1, 1, 1}},
    {"conv5_1", {32, 28, 28, 512, 512, 3, 3, 1, 2, 2}},
    {"conv8_2", {32, 56, 56, 256, 256, 3, 3, 1, 1, 1}},
    {"conv8_313", {32, 56, 56, 256, 313, 1, 1, 1, 0, 1}},
    {"semantic_conv", {32, 56, 56, 768, 64, 3, 3, 1, 1, 1}},
    {"tiny", {1, 8, 8, 8, 16, 3, 3, 1, 1, 1}}};
const std::vector<Named<ConvTranspose2dShape>> kConvTranspose2dShapes = {
    {"conv8_1", {32, 28, 28, 512, 256, 4, 4, 2, 1, 1}}, {"tiny", {1, 4, 4, 16, 8, 4, 4, 2, 1, 1}}};

void add_inference(const char* preset, const Precision& p, int64_t batch, int64_t side) {
  add(std::string("inference/") + preset + "/" + p.name + "/batch:" + std::to_string(batch), [=] {
    const HierarchicalNetwork host(load_preset(preset));
    initialize(host, {.seed = 1});
    cuda_context().convolution = ConvolutionChoice::automatic;
    cuda_context().tensor_float32 = p.tensor_float32;
    const auto plan = std::make_shared<InferencePlan>(host.to(kCuda), p.storage);
    const Tensor lightness = Tensor::zeros({batch, side, side, 1}, DType::float32, kCuda);
    return Work{[=] { plan->run(lightness); }, 0,
                2.0 * double(summarize(host.config(), batch, side, side).macs)};
  });
}

void add_training(const char* preset, const Precision& p, int64_t batch, int64_t side) {
  add(std::string("training/") + preset + "/" + p.name + "/batch:" + std::to_string(batch), [=] {
    const NetworkConfig network = load_preset(preset);
    TrainConfig config;
    config.batch = batch;
    config.crop = side;
    const int64_t grid = side / 4, k = config.neighbours;
    const Batch pictures = {.lightness = Tensor::zeros({batch, side, side, 1}),
                            .color_index = Tensor::zeros({batch, grid, grid, k}, DType::int32),
                            .color_weight = Tensor::full({batch, grid, grid, k}, 1.0 / double(k)),
                            .color_entropy = Tensor::zeros({batch, grid, grid}),
                            .color_rarity = Tensor::full({batch, grid, grid}, 1),
                            .ab = Tensor::zeros({batch, grid, grid, 2}),
                            .labels = Tensor::zeros({batch, grid, grid}, DType::int32),
                            .label_weight = Tensor::full({batch, grid, grid}, 1),
                            .names = {}};
    cuda_context().convolution = ConvolutionChoice::automatic;
    cuda_context().tensor_float32 = p.tensor_float32;
    const auto trainer = std::make_shared<Trainer>(network, config, TrainingStatistics{}, kCuda, p.storage);
    return Work{[=] { trainer->step(pictures, 0); }, 0,
                6.0 * double(summarize(network, batch, side, side).macs)};
  });
}

const bool kRegistered = [] {
  if (!cuda_unavailable().empty()) return false;
  add_memory_bound<float>("32x56x56x256", 32 * 56 * 56, 256);
  add_memory_bound<bfloat16>("32x56x56x256", 32 * 56 * 56, 256);
  add_memory_bound<float>("tiny", 50, 16);
  add_loss<float>("32x56x56", 32 * 56 * 56);
  add_loss<bfloat16>("32x56x56", 32 * 56 * 56);
  add_loss<float>("tiny", 20);
  add_colorize("2_megapixels", 1080, 1920);
  add_colorize("12_megapixels", 3000, 4000);
  add_colorize("24_megapixels", 4000, 6000);
  add_colorize("tiny", 24, 32);
  add_every_precision(kConv2dShapes);
  add_every_precision(kConvTranspose2dShapes);
  for (const Precision& p : kPrecisions) {
    for (int64_t batch : {1, 8, 64}) add_inference("voc", p, batch, 224);
    for (int64_t batch : {32, 64}) add_training("voc", p, batch, 224);
    add_inference("tiny", p, 1, 16);
    add_training("tiny", p, 2, 16);
  }
  return true;
}();

}  // namespace
