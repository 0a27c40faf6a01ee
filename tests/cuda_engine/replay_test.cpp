// Work that is queued again and again, and copies beside it.
#include <doctest/doctest.h>

#include "core/cuda_device.h"
#include "core/cuda_replay.h"
#include "core/uploader.h"
#include "layers/add.h"
#include "layers/relu.h"

using namespace huegrad;

namespace {

const Device kCuda{DeviceKind::cuda};

Tensor on_device(const std::vector<float>& values) {
  return Tensor::from(values, {int64_t(values.size())}, kCuda);
}

}  // namespace

TEST_CASE("cuda replay: every run sees what its buffers hold now, and tensors of other work stay") {
  const Tensor x = on_device({-1, 2}), y = on_device({0, 0});
  CudaReplay replay;
  int made = 0;
  for (int run = 0; run < 5; ++run) {
    x.copy_from(on_device({float(run), -float(run)}));
    replay.run({1}, [&] {
      ++made;
      y.copy_from(add(relu(x), x));  // two temporaries
    });
    const Tensor other = on_device({7, 7});  // of the same size as they: must not get their memory
    CHECK(y.values<float>() == std::vector<float>{2 * float(run), -float(run)});
    CHECK(other.values<float>() == std::vector<float>{7, 7});
  }
  CHECK(made == 2);  // as it is, then for the graph
}

TEST_CASE("cuda replay: another key starts over") {
  const Tensor y = on_device({0});
  CudaReplay replay;
  for (const float value : {1.0f, 1.0f, 1.0f, 2.0f, 2.0f, 1.0f}) {
    replay.run({int64_t(value)}, [&] { y.copy_from(Tensor::full({1}, value, DType::float32, kCuda)); });
    CHECK(y.item() == value);
  }
}

TEST_CASE("cuda replay: what a run leaves behind outlives it") {
  Tensor left;
  {
    CudaReplay replay;
    for (int run = 0; run < 3; ++run)
      replay.run({}, [&] { left = Tensor::full({3}, 5, DType::float32, kCuda); });
  }
  CHECK(left.values<float>() == std::vector<float>{5, 5, 5});
}

TEST_CASE("uploader: numbers arrive, stay for two calls, and may come from pinned memory") {
  Uploader uploader;
  std::vector<Tensor> sums;
  for (int64_t call = 0; call < 6; ++call) {
    const bool pinned = call % 2 == 1;
    const int64_t size = call < 4 ? 3 : 5;  // and change their shape
    const Tensor host = pinned ? Tensor::pinned({size}) : Tensor::empty({size});
    std::fill_n(host.data<float>(), size, float(call));
    const Tensor arrived = (pinned ? uploader.upload_pinned({host}) : uploader.upload({host}))[0];
    if (!pinned) std::fill_n(host.data<float>(), size, -1.0f);  // copied before the call returned
    sums.push_back(add(arrived, arrived));
  }
  for (int64_t call = 0; call < 6; ++call)
    CHECK(sums[size_t(call)].values<float>() == std::vector<float>(call < 4 ? 3 : 5, 2 * float(call)));
}

TEST_CASE("uploader: may go while its copies are still queued") {
  Tensor sum;
  {
    Uploader uploader;
    const Tensor arrived = uploader.upload({Tensor::full({3}, 2)})[0];
    sum = add(arrived, arrived);
  }
  const CudaEvent event(cuda_context());  // takes the place of those that went
  CHECK(sum.values<float>() == std::vector<float>{4, 4, 4});
}
