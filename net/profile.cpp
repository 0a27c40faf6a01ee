#include "net/profile.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/autograd.h"
#include "core/dispatch.h"
#include "core/generator.h"
#include "kernels/conv2d.h"
#include "kernels/conv_transpose2d.h"
#include "net/inference_plan.h"
#include "net/joint_loss.h"
#include "net/laps.h"
#include "optim/adam.h"

namespace huegrad {
namespace {

constexpr int64_t kTargets = 5;  // bins that a colour's target is spread over

// What the layers of a network do, without running it.
class LayerWork {
 public:
  LayerWork(const HierarchicalNetwork& network, const ProfileOptions& options)
      : specs_(hierarchical_layers(network.config())),
        costs_(layer_costs(specs_, options.batch, options.height, options.width)),
        picture_{options.batch, options.height, options.width, 1},
        device_(network.device()),
        storage_(options.storage) {}

  const std::vector<LayerSpec>& specs() const { return specs_; }

  ProfileRow forward(size_t layer) const {
    ProfileRow row = empty_row(layer, "forward");
    row.flops = 2 * double(costs_[layer].macs);
    row.bytes = double(size_of(storage_)) * (inputs(layer) + outputs(layer)) + weight_bytes(layer);
    return row;
  }
  // Gradients of the weights and, but for the first layer, of the inputs; each needs what it multiplies.
  ProfileRow backward(size_t layer) const {
    ProfileRow row = empty_row(layer, "backward");
    const bool is_first = specs_[layer].inputs[0] == kNetworkInput, has_weight = costs_[layer].macs > 0;
    const double products = (has_weight ? 1.0 : 0.0) + (is_first ? 0.0 : 1.0);
    row.flops = has_weight ? 2 * products * double(costs_[layer].macs) : 0;
    const bool reads_x = specs_[layer].kind != LayerKind::concat;
    row.bytes =
        double(size_of(storage_)) * (inputs(layer) * ((reads_x ? 1.0 : 0.0) + (is_first ? 0.0 : 1.0)) +
                                     outputs(layer) * (has_weight ? products : 1.0)) +
        2 * weight_bytes(layer);
    return row;
  }
  double logits() const {
    double sum = 0;
    for (size_t i = 0; i < specs_.size(); ++i)
      if (specs_[i].name == "conv8_313" || specs_[i].name == "semantic_classifier") sum += outputs(i);
    return sum;
  }

 private:
  double inputs(size_t layer) const {
    double sum = 0;
    for (const int64_t input : specs_[layer].inputs)
      sum += double(element_count(input == kNetworkInput ? picture_ : costs_[size_t(input)].output));
    return sum;
  }
  double outputs(size_t layer) const { return double(element_count(costs_[layer].output)); }
  double weight_bytes(size_t layer) const { return double(size_of(storage_) * costs_[layer].parameters); }

  ProfileRow empty_row(size_t layer, const std::string& pass) const {
    return {.layer = specs_[layer].name, .pass = pass, .algorithm = algorithm(layer)};
  }

  std::string algorithm(size_t layer) const {
    const LayerSpec& spec = specs_[layer];
    if (costs_[layer].macs == 0) return "";
    const int64_t input = spec.inputs[0];
    const Shape& x = input == kNetworkInput ? picture_ : costs_[size_t(input)].output;
    const auto shape_of = [&](auto shape) {
      shape = {x[0],
               x[1],
               x[2],
               x[3],
               spec.out_channels,
               spec.kernel,
               spec.kernel,
               spec.options.stride,
               spec.options.padding,
               spec.options.dilation};
      return shape;
    };
    const bool transposed = spec.kind == LayerKind::deconvolution;
    const auto shape = shape_of(Conv2dShape{});
    const auto transposed_shape = shape_of(ConvTranspose2dShape{});
    return dispatch(Tensor::empty({}, storage_, device_), [&](auto backend, auto storage) -> std::string {
      if constexpr (std::is_same_v<decltype(backend), Cuda>) {
        using Storage = decltype(storage);
        return transposed ? conv_transpose2d_algorithm<Storage>(backend, transposed_shape)
                          : conv2d_algorithm<Storage>(backend, shape);
      } else {
        return transposed ? conv_transpose2d_algorithm(backend, transposed_shape)
                          : conv2d_algorithm(backend, shape);
      }
    });
  }

  std::vector<LayerSpec> specs_;
  std::vector<LayerCost> costs_;
  Shape picture_;
  Device device_;
  DType storage_;
};

Tensor random_tensor(const Shape& shape, uint64_t stream, double low, double high) {
  Generator generator(1, stream);
  const Tensor tensor = Tensor::empty(shape);
  for (int64_t i = 0; i < tensor.size(); ++i) tensor.data<float>()[i] = float(generator.uniform(low, high));
  return tensor;
}

Tensor random_index(const Shape& shape, uint64_t stream, int64_t count) {
  Generator generator(2, stream);
  const Tensor tensor = Tensor::empty(shape, DType::int32);
  for (int64_t i = 0; i < tensor.size(); ++i) tensor.data<int32_t>()[i] = int32_t(generator.below(count));
  return tensor;
}

Tensor random_picture(const ProfileOptions& options) {
  return random_tensor({options.batch, options.height, options.width, 1}, 1, -50, 50);
}

Batch random_batch(const NetworkConfig& config, const ProfileOptions& options) {
  const int64_t n = options.batch, h = options.height / 4, w = options.width / 4;
  return {.lightness = random_picture(options),
          .color_index = random_index({n, h, w, kTargets}, 1, config.bins),
          .color_weight = Tensor::full({n, h, w, kTargets}, 1.0 / kTargets),
          .color_entropy = Tensor::full({n, h, w}, std::log(double(kTargets))),
          .color_rarity = Tensor::full({n, h, w}, 1),
          .ab = Tensor::zeros({n, h, w, 2}),
          .labels = random_index({n, h, w}, 2, config.semantics ? int64_t(config.classes.size()) : 1),
          .label_weight = Tensor::full({n, h, w}, 1),
          .names = {}};
}

// One step of training in pieces that are timed one by one.
class TrainingPieces {
 public:
  TrainingPieces(const HierarchicalNetwork& network, const ProfileOptions& options)
      : network_(network),
        batch_(random_batch(network.config(), options).to(network.device())),
        optimizer_(network.tensors(), AdamOptions{}) {}

  void run(Laps& laps) {
    optimizer_.zero_gradients();
    const HierarchicalNetwork::Output output = network_.walk(
        batch_.lightness, [&](const HierarchicalNetwork::Layer& layer, const std::vector<Tensor>& inputs) {
          return run_layer(laps, layer, inputs);
        });
    for (const Tensor& logits : {output.color_logits, output.semantic_logits})
      if (logits.defined()) logits.set_requires_grad();
    laps.start();
    joint_loss(output, batch_, {.mean = true, .class_weight = {}}).total.backward();
    laps.lap({"cross-entropies", "loss"});
    optimizer_.step(1e-6);
    laps.lap({"adam", "update"});
  }

 private:
  static Tensor run_layer(Laps& laps, const HierarchicalNetwork::Layer& layer,
                          const std::vector<Tensor>& inputs) {
    std::vector<Tensor> leaves;
    for (size_t i = 0; i < inputs.size(); ++i) {
      leaves.push_back(inputs[i].detach());
      if (layer.spec.inputs[i] != kNetworkInput) leaves.back().set_requires_grad();
    }
    laps.start();
    const Tensor y = HierarchicalNetwork::apply(layer, leaves, true);
    laps.lap({layer.spec.name, "forward"});
    const Tensor dy = Tensor::full(y.shape(), 1, y.dtype(), y.device());
    laps.start();
    backward(y, dy);
    laps.lap({layer.spec.name, "backward"});
    return y.detach();
  }

  const HierarchicalNetwork& network_;
  Batch batch_;
  Adam optimizer_;
};

}  // namespace

double ProfileRow::roofline_share(const Ceilings& ceilings) const {
  return std::max(bytes / ceilings.bytes_per_second, flops / ceilings.flops_per_second) / seconds;
}

double Profile::seconds() const {
  return std::accumulate(rows.begin(), rows.end(), 0.0,
                         [](double sum, const ProfileRow& row) { return sum + row.seconds; });
}

Profile profile_inference(const HierarchicalNetwork& network, const ProfileOptions& options) {
  const NoGradient no_gradient;
  const Device device = network.device();
  const LayerWork work(network, options);
  InferencePlan plan(network, options.storage);
  const Tensor picture = random_picture(options).to(device);
  Profile profile{.rows = {}, .ceilings = measure_ceilings(device, options.storage)};
  const auto layers = median_laps(
      device, options.seconds,
      [&](Laps& laps) {
        laps.start();
        plan.run(picture, [&](const std::string& layer) { laps.lap({layer, "forward"}); });
      },
      [&](double share) { options.progress(share / 2); });
  profile.whole = median_laps(
                      device, options.seconds,
                      [&](Laps& laps) {
                        laps.start();
                        plan.run(picture);
                        laps.lap({});
                      },
                      [&](double share) { options.progress((1 + share) / 2); })
                      .at({});
  for (size_t i = 0; i < work.specs().size(); ++i) {
    const auto time = layers.find({work.specs()[i].name, "forward"});
    if (time == layers.end()) continue;  // folded into the layer before
    ProfileRow row = work.forward(i);
    row.seconds = time->second;
    if (const std::string prepared = plan.prepared_algorithm(row.layer); !prepared.empty())
      row.algorithm = prepared;
    profile.rows.push_back(std::move(row));
  }
  return profile;
}

Profile profile_training(const HierarchicalNetwork& network, const ProfileOptions& options) {
  const LayerWork work(network, options);
  TrainingPieces pieces(network, options);
  Profile profile{.rows = {}, .ceilings = measure_ceilings(network.device(), options.storage)};
  const auto times = median_laps(
      network.device(), options.seconds, [&](Laps& laps) { pieces.run(laps); }, options.progress);
  const auto add = [&](ProfileRow row) {
    row.seconds = times.at({row.layer, row.pass});
    profile.rows.push_back(std::move(row));
  };
  double parameters = 0;
  for (size_t i = 0; i < work.specs().size(); ++i) add(work.forward(i));
  // Logits in, gradients out.
  add({.layer = "cross-entropies",
       .pass = "loss",
       .algorithm = "",
       .bytes = 2 * work.logits() * double(size_of(options.storage))});
  for (size_t i = work.specs().size(); i-- > 0;) add(work.backward(i));
  for (const NamedTensor& named : network.tensors())
    if (named.tensor.requires_grad()) parameters += double(named.tensor.size());
  // Adam reads weight, gradient and two moments and writes all but the gradient.
  add({.layer = "adam", .pass = "update", .algorithm = "", .bytes = 7 * sizeof(float) * parameters});
  return profile;
}

}  // namespace huegrad
