// The whole training step on the CUDA device against the CPU's.
#include <doctest/doctest.h>

#include <cmath>

#include "core/error.h"
#include "net/checkpoint.h"
#include "net/colorizer.h"
#include "net/trainer.h"
#include "net/training_data.h"
#include "tests/support/command.h"
#include "tests/support/compare.h"
#include "tests/support/cuda_choice.h"
#include "tests/support/demo_pack.h"
#include "tests/support/pictures.h"
#include "tests/support/small_network.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

struct Setup {
  explicit Setup(int64_t batch = 2, int64_t crop = 32) {
    config.data = {make_demo_pack(folder / "demo.pack").string()};
    config.batch = batch;
    config.crop = crop;
    config.warmup_steps = 5;
    config.learning_rate = 2e-3;
    data = std::make_unique<TrainingData>(config);
    statistics = training_statistics(config, *data);
  }
  Trainer trainer(Device device, DType storage = DType::float32) const {
    return Trainer(network, config, statistics, device, storage);
  }
  // The demo photographs have no labels: classes by place.
  Batch batch(int64_t step) const {
    Batch result = data->train->batch(step);
    for (int64_t i = 0; i < result.labels.size(); ++i)
      result.labels.data<int32_t>()[i] = i % 7 == 0 ? 255 : int32_t(i % 21);
    return result;
  }

  TemporaryFolder folder;
  NetworkConfig network = small_config();
  TrainConfig config;
  std::unique_ptr<TrainingData> data;
  TrainingStatistics statistics;
};

// Largest difference of two states, relative to the largest value of each tensor.
double difference(const std::vector<NamedTensor>& a, const std::vector<NamedTensor>& b) {
  REQUIRE(a.size() == b.size());
  double worst = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    if (a[i].tensor.dtype() != DType::float32) continue;
    const auto x = a[i].tensor.values<float>(), y = b[i].tensor.values<float>();
    double largest = 1e-3;
    for (float value : y) largest = std::max(largest, double(std::abs(value)));
    for (size_t j = 0; j < x.size(); ++j)
      worst = std::max(worst, std::abs(double(x[j]) - double(y[j])) / largest);
  }
  return worst;
}

}  // namespace

TEST_CASE("cuda training: both devices start from the same weights, and one step is the CPU's") {
  const Setup setup;
  Trainer cpu = setup.trainer({}), cuda = setup.trainer({DeviceKind::cuda});
  CHECK(difference(cuda.state(), cpu.state()) == 0);
  const CudaChoice exact(ConvolutionChoice::handwritten);
  const Batch batch = setup.batch(0);
  const StepReport expected = cpu.step(batch, 0), actual = cuda.step(batch, 0);
  CHECK(actual.loss == doctest::Approx(expected.loss).epsilon(1e-5));
  CHECK(actual.color == doctest::Approx(expected.color).epsilon(1e-5));
  CHECK(actual.semantic == doctest::Approx(expected.semantic).epsilon(1e-5));
  CHECK(actual.color_kl == doctest::Approx(expected.color_kl).epsilon(1e-5));
  CHECK(actual.gradient_norm == doctest::Approx(expected.gradient_norm).epsilon(1e-4));
  // Adam divides by the size of the gradient: where that is nearly 0, a rounding becomes a part of the step.
  CHECK(difference(cuda.state(), cpu.state()) < 2e-2);
}

TEST_CASE("cuda training: a step of preset tiny is the CPU's, and so is a picture coloured after it") {
  Setup setup(1, 32);
  setup.network = load_preset("tiny");
  Trainer cpu = setup.trainer({}), cuda = setup.trainer({DeviceKind::cuda});
  const CudaChoice exact(ConvolutionChoice::handwritten);
  const StepReport expected = cpu.step(setup.batch(0), 0), actual = cuda.step(setup.batch(0), 0);
  CHECK(actual.loss == doctest::Approx(expected.loss).epsilon(1e-5));
  CHECK(actual.gradient_norm == doctest::Approx(expected.gradient_norm).epsilon(1e-4));
  ColorizeOptions options;
  options.working_size.size = 16;
  const Image picture = noise(40, 30);
  Colorizer on_cpu(cuda.network().to({}), options), on_cuda(cuda.network(), options);
  CHECK(largest_step(on_cuda.colorize(picture), on_cpu.colorize(picture)) <= 1);
}

TEST_CASE("cuda training: the same seed gives the same bits") {
  const Setup setup;
  const CudaChoice by_hand(ConvolutionChoice::handwritten);
  Trainer once = setup.trainer({DeviceKind::cuda}), again = setup.trainer({DeviceKind::cuda});
  for (int64_t i = 0; i < 3; ++i) {
    once.step(setup.batch(i), 0);
    again.step(setup.batch(i), 0);
  }
  CHECK(difference(once.state(), again.state()) == 0);
}

TEST_CASE("cuda training: a checkpoint continues on the device bit for bit") {
  const Setup setup;
  const CudaChoice by_hand(ConvolutionChoice::handwritten);
  Trainer whole = setup.trainer({DeviceKind::cuda}), resumed = setup.trainer({DeviceKind::cuda});
  whole.step(setup.batch(0), 0);
  save_checkpoint(setup.folder / "checkpoint", whole.state(), {{"step", 1}});
  whole.step(setup.batch(1), 0);
  restore_checkpoint(setup.folder / "checkpoint", resumed.state());
  resumed.step(setup.batch(1), 0);
  CHECK(difference(whole.state(), resumed.state()) == 0);
}

TEST_CASE("cuda training: fifty steps follow the CPU's loss, in every precision") {
  Setup setup(2, 16);
  setup.config.learning_rate = 5e-4;  // faster, roundings grow until the curves part
  Trainer cpu = setup.trainer({});
  std::vector<double> expected;
  for (int64_t i = 0; i < 50; ++i) expected.push_back(cpu.step(setup.batch(i), 0).loss);
  struct Precision {
    const char* name;
    bool tensor_float32;
    DType storage;
    double tolerance;  // of the mean over ten steps, relative
  };
  for (const Precision& p : {Precision{"fp32", false, DType::float32, 0.01},
                             {"tf32", true, DType::float32, 0.015},
                             {"bf16", true, DType::bfloat16, 0.02}}) {
    CAPTURE(std::string(p.name));
    const CudaChoice use(ConvolutionChoice::handwritten, p.tensor_float32);
    Trainer cuda = setup.trainer({DeviceKind::cuda}, p.storage);
    for (int64_t decade = 0; decade < 5; ++decade) {
      double sum = 0, expected_sum = 0;
      for (int64_t i = 10 * decade; i < 10 * decade + 10; ++i) {
        sum += cuda.step(setup.batch(i), 0).loss;
        expected_sum += expected[size_t(i)];
      }
      CAPTURE(decade);
      CHECK(sum == doctest::Approx(expected_sum).epsilon(p.tolerance));
    }
  }
}

TEST_CASE("cuda training: steps are queued without waiting for the device, and reported in order") {
  const Setup setup;
  const CudaChoice by_hand(ConvolutionChoice::handwritten);
  Trainer queued = setup.trainer({DeviceKind::cuda}), waited = setup.trainer({DeviceKind::cuda});
  std::vector<Batch> batches;
  for (int64_t i = 0; i < 5; ++i) batches.push_back(setup.batch(i));
  queued.step(batches[0], 0);  // plans are chosen
  queued.step(batches[1], 0);  // the graph is made
  const int64_t waits = cuda_context().waits();
  queued.queue(batches[2], 0);
  queued.queue(batches[3], 0);
  CHECK(cuda_context().waits() <= waits + 2);  // for room in pinned memory, which was free long ago
  queued.queue(batches[4], 0);
  CHECK(queued.unreported() == 3);
  for (int64_t i = 0; i < 5; ++i) {
    const StepReport expected = waited.step(batches[size_t(i)], 0);
    if (i < 2) continue;
    const StepReport report = queued.report();
    CHECK(report.step == i + 1);
    CHECK(report.loss == expected.loss);
    CHECK(report.color_kl == expected.color_kl);
    CHECK(report.gradient_norm == expected.gradient_norm);
  }
  CHECK(queued.unreported() == 0);
  CHECK(difference(queued.state(), waited.state()) == 0);
}

TEST_CASE("cuda training: batches that are on the device already, and of changing size") {
  const Setup setup, larger(3);
  const CudaChoice by_hand(ConvolutionChoice::handwritten);
  Trainer from_host = setup.trainer({DeviceKind::cuda}), on_device = setup.trainer({DeviceKind::cuda});
  for (const Setup* s : {&setup, &setup, &larger, &setup, &setup, &setup}) {
    const Batch batch = s->batch(from_host.steps());
    const StepReport expected = from_host.step(batch, 0);
    const Batch placed = batch.to({DeviceKind::cuda});
    CHECK(on_device.step(placed, 0).loss == expected.loss);
  }
  CHECK(difference(from_host.state(), on_device.state()) == 0);
}

TEST_CASE("cuda training: a step that diverges leaves the weights alone and says so") {
  const Setup setup;
  Trainer trainer = setup.trainer({DeviceKind::cuda});
  const auto weights = trainer.network().tensors().front().tensor.values<float>();
  Batch batch = setup.batch(0);
  batch.lightness.data<float>()[0] = NAN;
  CHECK_THROWS_AS(trainer.step(batch, 0), Error);
  CHECK(trainer.network().tensors().front().tensor.values<float>() == weights);
}
