#include "benchmarks/peers/works.h"

#include <algorithm>
#include <memory>

#include "benchmarks/peers/stb_pictures.h"
#include "core/error.h"
#include "core/safetensors.h"
#include "data/resize.h"
#include "kernels/joint_bilateral_upsample.h"
#include "kernels/softmax_cross_entropy.h"
#include "net/inference_plan.h"
#include "net/model_file.h"
#include "net/trainer.h"

namespace huegrad::peers {
namespace {

constexpr int64_t kSide = 224;

// Only what is asked for is read: the rest of the file takes no memory.
class Inputs {
 public:
  explicit Inputs(const std::filesystem::path& folder) : file_(folder / "inputs.safetensors") {}
  Tensor operator[](const std::string& name) const {
    const StoredTensor* tensor = file_.find(name);
    if (!tensor) throw Error(ErrorKind::input, "no '" + name + "'", file_.name());
    return to_tensor(*tensor);
  }

 private:
  SafetensorsFile file_;
};

Work inference(const std::filesystem::path& folder, int64_t batch, bool lean) {
  const auto plan = std::make_shared<InferencePlan>(load_model(folder / "model.safetensors").network,
                                                    DType::float32, lean);
  const Tensor lightness = Inputs(folder)["lightness"].narrow(0, batch).clone();
  const auto output = std::make_shared<HierarchicalNetwork::Output>();
  return {[=] {
            *output = {};
            *output = plan->run(lightness);
          },
          [=] {
            return NamedOutputs{{"color", output->color_logits}, {"semantic", output->semantic_logits}};
          }};
}

// Numbers that every peer uses too (pytorch.py): no warm-up, a constant rate.
Work training(const std::filesystem::path& folder) {
  TrainConfig config;
  config.initial_model = folder / "model.safetensors";
  config.warmup_steps = 0;
  config.schedule = "constant";
  config.learning_rate = 1e-4;
  const Inputs inputs(folder);
  Batch batch{.lightness = inputs["lightness"],
              .color_index = inputs["color_index"],
              .color_weight = inputs["color_weight"],
              .color_entropy = {},
              .color_rarity = inputs["color_rarity"],
              .ab = inputs["ab"],
              .labels = inputs["labels"],
              .label_weight = {},
              .names = {}};
  batch.color_entropy = Tensor::zeros(batch.color_rarity.shape());
  batch.label_weight = Tensor::full(batch.color_rarity.shape(), 1);
  const NetworkConfig network = load_model(config.initial_model).network.config();
  const auto trainer = std::make_shared<Trainer>(network, config, TrainingStatistics{});
  const auto losses = std::make_shared<std::vector<float>>();
  return {[=] { losses->push_back(float(trainer->step(batch, 0).loss)); },
          [=] {
            return NamedOutputs{{"losses", Tensor::from(*losses, {int64_t(losses->size())})}};
          }};
}

// A guide of any size: the stored one, repeated.
std::vector<float> repeat(const Tensor& tile, int64_t height, int64_t width) {
  const int64_t tile_height = tile.extent(0), tile_width = tile.extent(1);
  const float* values = tile.data<float>();
  std::vector<float> repeated(size_t(height * width));
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x)
      repeated[size_t(y * width + x)] = values[y % tile_height * tile_width + x % tile_width];
  return repeated;
}

// A joint bilateral filter with a window so wide that its corners weigh nothing.
NamedOutputs filtered(const Inputs& inputs) {
  const Tensor colors = inputs["colors"];
  const int64_t height = colors.extent(0), width = colors.extent(1);
  const JointBilateralShape shape{.low_height = height,
                                  .low_width = width,
                                  .high_height = height,
                                  .high_width = width,
                                  .channels = 3,
                                  .sigma_spatial = 1};
  const std::vector<float> guide = repeat(inputs["guide"], height, width);
  const Tensor y = colors.empty_like();
  joint_bilateral_upsample_forward(Cpu{}, shape, colors.data<float>(), guide.data(), y.data<float>());
  return {{"filtered", y}};
}

Work upsampling(const std::filesystem::path& folder, int64_t height, int64_t width) {
  const auto inputs = std::make_shared<Inputs>(folder);
  const Tensor ab = (*inputs)["ab"].narrow(0, 1).clone();
  const JointBilateralShape shape{
      .low_height = ab.extent(1), .low_width = ab.extent(2), .high_height = height, .high_width = width};
  const auto guide = std::make_shared<std::vector<float>>(repeat((*inputs)["guide"], height, width));
  const auto y = std::make_shared<std::vector<float>>(size_t(shape.output_size()));
  return {[=] { joint_bilateral_upsample_forward(Cpu{}, shape, ab.data<float>(), guide->data(), y->data()); },
          [=] { return filtered(*inputs); }, double(shape.taps())};
}

Work cross_entropy(const std::filesystem::path& folder) {
  const Inputs inputs(folder);
  const Tensor logits = inputs["logits"], index = inputs["color_index"], weight = inputs["color_weight"],
               rarity = inputs["color_rarity"], gradient = logits.empty_like();
  const SoftmaxCrossEntropyShape shape{
      .rows = logits.extent(0), .classes = logits.extent(1), .targets_per_row = index.extent(-1)};
  const Tensor loss = Tensor::empty({shape.rows}), scale = Tensor::full({1}, 1.0 / double(shape.rows));
  return {
      [=] {
        const SparseTargets<float> targets{index.data<int32_t>(), weight.data<float>(), rarity.data<float>()};
        softmax_cross_entropy(Cpu{}, shape, logits.data<float>(), targets, scale.data<float>(),
                              loss.data<float>(), gradient.data<float>());
      },
      [=] {
        return NamedOutputs{{"gradient", gradient}};
      }};
}

std::vector<uint8_t> read_picture(const std::string& path) {
  return resize(to_rgb8(read_image(path)), kSide, kSide).samples8;
}

Work pictures(bool with_stb) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator("data/demo"))
    if (entry.path().extension() == ".jpg") paths.push_back(entry.path().string());
  std::ranges::sort(paths);
  const auto pixels = std::make_shared<std::vector<uint8_t>>();
  return {
      [=] {
        pixels->clear();
        for (const std::string& path : paths) {
          const auto picture = with_stb ? read_picture_with_stb(path, kSide) : read_picture(path);
          pixels->insert(pixels->end(), picture.begin(), picture.end());
        }
      },
      [=] {
        return NamedOutputs{{"pictures", Tensor::from(*pixels, {int64_t(paths.size()), kSide, kSide, 3})}};
      }};
}

}  // namespace

Work make_work(const std::string& name, const std::string& mode, const std::filesystem::path& folder) {
  if (name == "inference/1" || name == "inference/8")
    return inference(folder, name.back() - '0', mode == "lean");
  if (name == "training/8") return training(folder);
  if (name == "upsampling/2") return upsampling(folder, 1080, 1920);
  if (name == "upsampling/12") return upsampling(folder, 3000, 4000);
  if (name == "upsampling/24") return upsampling(folder, 4000, 6000);
  if (name == "cross_entropy") return cross_entropy(folder);
  if (name == "pictures") return pictures(mode == "stb");
  throw Error(ErrorKind::usage, "no work '" + name + "'");
}

}  // namespace huegrad::peers
