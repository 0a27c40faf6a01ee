#include "net/checkpoint.h"

#include <doctest/doctest.h>

#include "core/error.h"
#include "core/files.h"
#include "net/run_folder.h"
#include "tests/support/command.h"

namespace huegrad {
namespace {

std::vector<NamedTensor> make_state(float value) {
  return {{"a.weight", Tensor::full({2, 3}, value), NamedTensor::Role::weight},
          {"steps", Tensor::full({1}, value, DType::int32), NamedTensor::Role::weight}};
}

std::string text_of(const std::filesystem::path& path) {
  const std::vector<uint8_t> bytes = read_file(path);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("checkpoint: what was saved comes back") {
  const test::TemporaryFolder folder;
  save_checkpoint(folder / "c.safetensors", make_state(7), {{"step", 12}});
  const std::vector<NamedTensor> state = make_state(0);
  CHECK(restore_checkpoint(folder / "c.safetensors", state) == nlohmann::json{{"step", 12}});
  CHECK(state[0].tensor.values<float>() == std::vector<float>(6, 7));
  CHECK(state[1].tensor.item() == 7);
}

TEST_CASE("checkpoint: damage anywhere is noticed before anything is overwritten") {
  const test::TemporaryFolder folder;
  const std::filesystem::path path = folder / "c.safetensors";
  save_checkpoint(path, make_state(7), {{"step", 12}});
  const std::string good = text_of(path);
  const std::vector<NamedTensor> state = make_state(1);
  for (size_t i = 0; i < good.size(); ++i) {
    if (good[i] == ' ') continue;  // padding of the header may be any white space
    std::string bad = good;
    bad[i] = char(bad[i] ^ 0x20);
    write_file(path, bad);
    CAPTURE(i);
    CHECK_THROWS_AS(restore_checkpoint(path, state), Error);
  }
  write_file(path, good.substr(0, good.size() / 2));
  CHECK_THROWS_AS(restore_checkpoint(path, state), Error);
  CHECK(state[0].tensor.values<float>() == std::vector<float>(6, 1));
}

TEST_CASE("checkpoint: one of another network is refused with the tensor's name") {
  const test::TemporaryFolder folder;
  const std::filesystem::path path = folder / "c.safetensors";
  save_checkpoint(path, make_state(7), {});
  std::vector<NamedTensor> state = make_state(0);
  state[0].tensor = Tensor::zeros({3, 2});
  CHECK_THROWS_WITH_AS(restore_checkpoint(path, state), doctest::Contains("a.weight"), Error);
  state.erase(state.begin());
  CHECK_THROWS_WITH_AS(restore_checkpoint(path, state), doctest::Contains("2 tensors, the run has 1"), Error);
}

TEST_CASE("run folder: a log is rewound to the checkpoint, without the line that was cut") {
  const test::TemporaryFolder folder;
  const RunFolder run(folder / "run");
  run.create();
  for (int step = 1; step <= 4; ++step) run.append({{"event", "step"}, {"step", step}});
  write_file(run.log(), text_of(run.log()) + "{\"event\":\"st");
  run.rewind_log(2);
  CHECK(text_of(run.log()) == "{\"event\":\"step\",\"step\":1}\n{\"event\":\"step\",\"step\":2}\n");
}

TEST_CASE("run folder: only an empty one is new, only one with a checkpoint can be resumed") {
  const test::TemporaryFolder folder;
  CHECK_NOTHROW(RunFolder(folder.path()).check_new());
  CHECK_NOTHROW(RunFolder(folder / "missing").check_new());
  CHECK_THROWS_WITH_AS(RunFolder(folder / "missing").check_resumable(), doctest::Contains("no run to resume"),
                       Error);
  const RunFolder run(folder.path());
  write_file(run.config(), "{}");
  CHECK_THROWS_WITH_AS(run.check_new(), doctest::Contains("not empty"), Error);
  CHECK_THROWS_WITH_AS(run.check_resumable(), doctest::Contains("before its first checkpoint"), Error);
}

}  // namespace huegrad
