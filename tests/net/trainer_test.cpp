#include "net/trainer.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "core/error.h"
#include "net/checkpoint.h"
#include "net/training_data.h"
#include "net/validation.h"
#include "tests/support/chosen_convolution.h"
#include "tests/support/command.h"
#include "tests/support/demo_pack.h"
#include "tests/support/small_network.h"

namespace huegrad {
namespace {

// Eight photographs, 16 x 16 colours each; as labels the number of the picture, top right corner unlabelled.
Batch demo_batch(const TrainingData& data) {
  Batch batch = data.val->batch(0);
  const int64_t cells = batch.labels.size() / batch.labels.extent(0);
  for (int64_t i = 0; i < batch.labels.size(); ++i)
    batch.labels.data<int32_t>()[i] = i % cells == 15 ? 255 : int32_t(i / cells);
  return batch;
}

TrainConfig test_config(const test::TemporaryFolder& folder) {
  TrainConfig config;
  config.data = config.val = {test::make_demo_pack(folder / "demo.pack").string()};
  config.batch = 8;
  config.crop = 64;
  config.warmup_steps = 10;
  config.weight_decay = 0;
  config.schedule = "constant";
  config.ema_decay = 0.9;
  return config;
}

struct Setup {
  explicit Setup(const TrainConfig& train_config, const NetworkConfig& network = test::small_config())
      : config(train_config), data(config), trainer(network, config, training_statistics(config, data)) {}
  TrainConfig config;
  TrainingData data;
  Trainer trainer;
};

bool same_bits(const std::vector<NamedTensor>& a, const std::vector<NamedTensor>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].tensor.dtype() == DType::int32 && a[i].tensor.item() != b[i].tensor.item()) return false;
    if (a[i].tensor.dtype() == DType::float32 && a[i].tensor.values<float>() != b[i].tensor.values<float>())
      return false;
  }
  return true;
}

}  // namespace

TEST_CASE("training: eight photographs are learned by heart, colours and labels") {
  const test::TemporaryFolder folder;
  TrainConfig config = test_config(folder);
  config.learning_rate = 4e-3;
  NetworkConfig network = test::small_config();
  network.channels = {16, 16, 32, 48, 48, 48, 48, 48};
  network.deconv_channels = network.head_channels = 16;
  Setup setup(config, network);
  const Batch batch = demo_batch(setup.data);

  constexpr int kSteps = 400;
  const double first = setup.trainer.step(batch, 0).color_kl;
  for (int i = 1; i < kSteps; ++i) setup.trainer.step(batch, 0);

  const Trainer::Averaged averaged(setup.trainer);
  Validation validation(0.38);
  validation.add(setup.trainer.network().forward(batch.lightness, false), batch);
  const ValidationReport report = validation.report();
  CAPTURE(to_json(report).dump());
  CHECK(first > 1);
  CHECK(report.color_kl < 0.1);
  CHECK(report.nearest_bin_accuracy > 0.95);
  CHECK(report.ab_error < 3);
  CHECK(std::abs(report.chroma / report.true_chroma - 1) < 0.05);
  CHECK(report.pixel_accuracy > 0.99);
  CHECK(report.mean_iou > 0.99);
}

TEST_CASE("training: a restored checkpoint continues with the same bits") {
  const test::TemporaryFolder folder;
  TrainConfig config = test_config(folder);
  config.crop = 32;
  for (const char* optimizer : {"adam", "adamw", "sgd"}) {
    CAPTURE(optimizer);
    config.optimizer = optimizer;
    Setup through(config), second(config);
    const auto train = [](Setup& setup, int first, int last) {
      for (int i = first; i < last; ++i) setup.trainer.step(setup.data.train->batch(i), i / 6.0);
    };
    train(through, 0, 3);
    save_checkpoint(folder / "state.safetensors", through.trainer.state(), {{"step", 3}});
    train(through, 3, 6);

    CHECK(restore_checkpoint(folder / "state.safetensors", second.trainer.state()).at("step") == 3);
    CHECK(second.trainer.steps() == 3);
    CHECK_FALSE(same_bits(through.trainer.state(), second.trainer.state()));
    train(second, 3, 6);
    CHECK(same_bits(through.trainer.state(), second.trainer.state()));
  }
}

TEST_CASE("training: the seed decides the weights") {
  const test::TemporaryFolder folder;
  TrainConfig config = test_config(folder);
  config.crop = 32;
  Setup a(config), b(config);
  CHECK(same_bits(a.trainer.state(), b.trainer.state()));
  config.seed = 2;
  Setup c(config);
  CHECK_FALSE(same_bits(a.trainer.state(), c.trainer.state()));
}

TEST_CASE(
    "training: the first loss is that of the best constant guess, without measuring that of an equal one") {
  const test::TemporaryFolder folder;
  TrainConfig config = test_config(folder);
  config.rebalance = false;
  Setup measured(config);
  config.initialization = "he";
  Setup he(config);
  const Batch batch = demo_batch(measured.data);
  const double equal_guess = std::log(313.0);
  CHECK(measured.trainer.step(batch, 0).color < equal_guess - 1);
  CHECK(he.trainer.step(batch, 0).color > equal_guess - 0.5);
}

TEST_CASE("training: the average follows the weights and goes away with its guard") {
  const test::TemporaryFolder folder;
  TrainConfig config = test_config(folder);
  config.crop = 32;
  Setup setup(config);
  for (int i = 0; i < 4; ++i) setup.trainer.step(setup.data.train->batch(i), 0);
  const Tensor weight = setup.trainer.network().tensors()[0].tensor;
  const std::vector<float> last = weight.values<float>();
  {
    const Trainer::Averaged averaged(setup.trainer);
    CHECK(weight.values<float>() != last);
  }
  CHECK(weight.values<float>() == last);
}

TEST_CASE("training: the report is the optimised loss, and steps follow the schedule") {
  const test::TemporaryFolder folder;
  TrainConfig config = test_config(folder);
  config.schedule = "cosine";
  config.warmup_steps = 4;
  Setup setup(config);
  const Batch batch = demo_batch(setup.data);
  const double cells = 16 * 16;
  for (int i = 0; i < 5; ++i) {
    const StepReport report = setup.trainer.step(batch, i / 5.0);
    CHECK(report.loss == doctest::Approx(config.lambda_color * report.color +
                                         config.lambda_semantic / cells * report.semantic));
    CHECK(report.learning_rate == doctest::Approx(config.learning_rate * std::min(1.0, (i + 1) / 4.0) *
                                                  (1 + std::cos(std::acos(-1) * i / 5)) / 2));
    CHECK(report.gradient_norm > 0);
    CHECK(report.color_kl > 0);
  }
}

TEST_CASE("training: Winograd's algorithm and matrix products, on vectors and on tiles, learn the same") {
  const test::TemporaryFolder folder;
  TrainConfig config = test_config(folder);
  config.crop = 32;
  NetworkConfig network = test::small_config();
  network.channels = {16, 16, 16, 24, 24, 24, 24, 16};  // enough for Winograd's algorithm
  network.deconv_channels = network.head_channels = 16;
  const auto losses_of = [&](CpuConvolution convolution, CpuProducts products) {
    const test::ChosenConvolution use(convolution);
    const test::ChosenProducts use_products(products);
    Setup setup(config, network);
    std::vector<double> losses;
    for (int i = 0; i < 40; ++i) losses.push_back(setup.trainer.step(setup.data.train->batch(i), 0).loss);
    return losses;
  };
  const auto multiplies_on_tiles = [] {  // not where vectors are shorter than 512 bits
    const test::ChosenProducts tiles(CpuProducts::tiles);
    return cpu_multiplies_on_tiles();
  };
  const std::vector<double> expected = losses_of(CpuConvolution::direct, CpuProducts::vectors);
  std::vector<std::vector<double>> others = {losses_of(CpuConvolution::winograd, CpuProducts::vectors)};
  if (multiplies_on_tiles())
    for (const CpuConvolution convolution : {CpuConvolution::direct, CpuConvolution::winograd})
      others.push_back(losses_of(convolution, CpuProducts::tiles));
  for (const std::vector<double>& losses : others) {
    CHECK(losses.front() == doctest::Approx(expected.front()).epsilon(1e-5));
    for (size_t decade = 0; decade < 4; ++decade) {
      const auto mean = [&](const std::vector<double>& values) {
        return std::accumulate(values.begin() + 10 * decade, values.begin() + 10 * decade + 10, 0.0) / 10;
      };
      CHECK(mean(losses) == doctest::Approx(mean(expected)).epsilon(0.02));
    }
    CHECK(losses != expected);
  }
}

TEST_CASE("training: a diverging run stops with one clear line") {
  const test::TemporaryFolder folder;
  TrainConfig config = test_config(folder);
  config.crop = 32;
  config.optimizer = "sgd";
  config.learning_rate = 1e30;
  config.warmup_steps = config.clip_norm = 0;
  Setup setup(config);
  const auto train = [&] {
    for (int i = 0; i < 20; ++i) setup.trainer.step(setup.data.train->batch(i), 0);
  };
  CHECK_THROWS_WITH_AS(train(), doctest::Contains("training diverged at step"), Error);
}

}  // namespace huegrad
