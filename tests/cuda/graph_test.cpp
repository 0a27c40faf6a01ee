// Graphs and events: the device's own, not a kernel's.
#include <doctest/doctest.h>

#include "kernels/relu.h"
#include "tests/support/device_array.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("cuda graph: runs nothing when it is made, and what is in its buffers each time it is launched") {
  const DeviceArray<float> x(std::vector<float>{-1, 2, -3}), y(std::vector<float>{7, 7, 7});
  const CudaGraph graph(cuda_context(), [&] { relu_forward(cuda_backend(), 3, x.data(), y.data()); });
  cuda_context().synchronize();
  CHECK(y.values() == std::vector<float>{7, 7, 7});
  graph.launch();
  CHECK(y.values() == std::vector<float>{0, 2, 0});
  const std::vector<float> other = {5, -6, 7};
  cuda_context().copy(x.data(), other.data(), 12, CudaCopy::to_device);
  graph.launch();
  CHECK(y.values() == std::vector<float>{5, 0, 7});
}

TEST_CASE("cuda graph: memory can be taken and given back in a capture") {
  void* memory = nullptr;
  const CudaGraph graph(cuda_context(), [&] {
    memory = cuda_context().allocate(64);
    cuda_context().set_zero(memory, 64);
    cuda_context().release(cuda_context().allocate(64));
  });
  REQUIRE(memory != nullptr);
  graph.launch();
  cuda_context().synchronize();
  cuda_context().release(memory);
}

TEST_CASE("cuda graph: waiting in a capture fails, and the stream goes on afterwards") {
  const DeviceArray<float> x(std::vector<float>{-1, 2}), y(2);
  CHECK_THROWS_AS(CudaGraph(cuda_context(), [] { cuda_context().synchronize(); }), CudaError);
  relu_forward(cuda_backend(), 2, x.data(), y.data());
  CHECK(y.values() == std::vector<float>{0, 2});
}

TEST_CASE("cuda graph: scratch memory stays where it was, however much is asked for later") {
  const int64_t size = int64_t(1) << 20;
  void* const before = cuda_context().scratch(size);
  cuda_context().set_zero(before, size);
  CHECK(cuda_context().scratch(64 * size) != before);
  std::vector<unsigned char> bytes(size_t(size), 1);
  cuda_context().copy(bytes.data(), before, size, CudaCopy::to_host);
  cuda_context().synchronize();
  CHECK(bytes == std::vector<unsigned char>(size_t(size), 0));
}

TEST_CASE("cuda event: time between two moments") {
  CudaEvent first(cuda_context()), second(cuda_context());
  const DeviceArray<float> x(100000), y(100000);
  first.record();
  relu_forward(cuda_backend(), 100000, x.data(), y.data());
  second.record();
  CHECK(second.seconds_since(first) > 0);
  CHECK(second.seconds_since(second) == 0);
}
