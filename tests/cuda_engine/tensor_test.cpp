// Tensors in the memory of the CUDA device.
#include "core/tensor.h"

#include <doctest/doctest.h>

#include "core/allocator.h"
#include "core/autograd.h"
#include "core/error.h"
#include "layers/add.h"
#include "layers/conv2d.h"
#include "tests/support/compare.h"
#include "tests/support/cuda_choice.h"

using namespace huegrad;
using namespace huegrad::test;

static const Device kCuda{DeviceKind::cuda};

TEST_CASE("cuda tensors: values go there and come back, converted or not") {
  const std::vector<float> values = random_values<float>(1001, 1);
  const Tensor host = Tensor::from(values, {7, 143}), device = host.to(kCuda);
  CHECK(device.device() == kCuda);
  CHECK(device.values<float>() == values);
  CHECK(device.clone().values<float>() == values);
  CHECK(device.to(DType::bfloat16).to(DType::float32).values<float>() ==
        host.to(DType::bfloat16).to(DType::float32).values<float>());
  CHECK(device.to(DType::float64).values<double>() == host.to(DType::float64).values<double>());
  CHECK(device.narrow(2, 3).values<float>() == host.narrow(2, 3).values<float>());
  host.copy_from(Tensor::zeros({7, 143}, DType::float32, kCuda));
  CHECK(host.values<float>() == std::vector<float>(1001, 0.0f));
  CHECK(Tensor::full({3}, 2.5, DType::bfloat16, kCuda).to(DType::float32).values<float>() ==
        std::vector<float>(3, 2.5f));
  CHECK(Tensor::full({}, 7, DType::int32, kCuda).item() == 7);
}

TEST_CASE("cuda tensors: what one function writes, the next one reads") {
  const Tensor x = Tensor::from(std::vector<float>{1, 2, 3}, {3}, kCuda).set_requires_grad();
  const Tensor y = scale(add(x, x), 3);
  backward(y, Tensor::from(std::vector<float>{1, 10, 100}, {3}, kCuda));
  CHECK(y.values<float>() == std::vector<float>{6, 12, 18});
  CHECK(x.grad().values<float>() == std::vector<float>{6, 60, 600});
}

TEST_CASE("cuda tensors: a bfloat16 convolution has float32 parameters and float32 gradients of them") {
  const Tensor x =
      Tensor::from(random_values<float>(2 * 9 * 9 * 8, 1), {2, 9, 9, 8}, kCuda).to(DType::bfloat16);
  x.set_requires_grad();
  const Tensor w =
      Tensor::from(random_values<float>(16 * 9 * 8, 2), {16, 3, 3, 8}, kCuda).set_requires_grad();
  const Tensor b = Tensor::from(random_values<float>(16, 3), {16}, kCuda).set_requires_grad();
  const Conv2dOptions options{.padding = 1, .relu = true};
  const Tensor y = conv2d(x, w, b, options);
  CHECK(y.dtype() == DType::bfloat16);
  backward(y, Tensor::full(y.shape(), 1, DType::bfloat16, kCuda));
  CHECK(x.grad().dtype() == DType::bfloat16);
  CHECK(w.grad().dtype() == DType::float32);

  const Tensor host_x = x.detach().to(DType::float32).to(Device{}).set_requires_grad();
  const Tensor host_w = w.detach().to(DType::bfloat16).to(DType::float32).to(Device{}).set_requires_grad();
  const Tensor host_b = b.detach().to(Device{}).set_requires_grad();
  const Tensor expected = conv2d(host_x, host_w, host_b, options);
  backward(expected, Tensor::full(y.shape(), 1));
  CHECK(relative_error(y.to(DType::float32).values<float>(), expected.values<float>()) < 0x1p-8);
  CHECK(relative_error(w.grad().values<float>(), host_w.grad().values<float>()) < 1e-2);
  CHECK(relative_error(b.grad().values<float>(), host_b.grad().values<float>()) < 1e-2);
}

TEST_CASE("cuda tensors: memory that is let go is handed out again") {
  const int64_t before = cuda_allocator().statistics().in_use;
  for (int i = 0; i < 3; ++i) Tensor::zeros({1000}, DType::float32, kCuda);
  CHECK(cuda_allocator().statistics().in_use == before);
  CHECK(cuda_allocator().statistics().cached >= 4000);
}

TEST_CASE("cuda tensors: arguments on different devices are refused in words") {
  const Tensor x = Tensor::zeros({1, 4, 4, 2}, DType::float32, kCuda), w = Tensor::zeros({3, 1, 1, 2});
  CHECK_THROWS_WITH_AS(conv2d(x, w, {}), "[conv2d] weight is on cpu, x on cuda", Error);
}
