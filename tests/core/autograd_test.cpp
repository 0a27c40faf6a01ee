#include "core/autograd.h"

#include <doctest/doctest.h>

#include "core/allocator.h"
#include "core/error.h"

using namespace huegrad;

namespace {

// y = factor * x, the smallest differentiable function.
Tensor times(const Tensor& x, double factor) {
  const Tensor y = x.empty_like();
  for (int64_t i = 0; i < x.size(); ++i) y.data<double>()[i] = factor * x.data<double>()[i];
  return record("times", y, {x}, [factor](const Tensor& dy, Gradients& gradients) {
    for (int64_t i = 0; i < dy.size(); ++i) dy.data<double>()[i] *= factor;
    gradients.add(0, dy);
  });
}

// y = a * b, elementwise; each gradient only when somebody wants it.
Tensor product(const Tensor& a, const Tensor& b) {
  const Tensor y = a.empty_like();
  for (int64_t i = 0; i < a.size(); ++i) y.data<double>()[i] = a.data<double>()[i] * b.data<double>()[i];
  return record("product", y, {a, b}, [a, b](const Tensor& dy, Gradients& gradients) {
    for (size_t input : {0, 1}) {
      if (!gradients.wants(input)) continue;
      const Tensor dx = dy.clone();
      for (int64_t i = 0; i < dy.size(); ++i) dx.data<double>()[i] *= (input == 0 ? b : a).data<double>()[i];
      gradients.add(input, dx);
    }
  });
}

Tensor leaf(double value) { return Tensor::full({1}, value, DType::float64).set_requires_grad(); }

}  // namespace

TEST_CASE("autograd: leaves add up what several passes bring, zero_grad forgets") {
  const Tensor x = leaf(2);
  times(times(x, 3), 5).backward();
  CHECK(x.grad().item() == 15);
  times(x, 4).backward();
  CHECK(x.grad().item() == 19);
  x.zero_grad();
  CHECK(!x.grad().defined());
}

TEST_CASE("autograd: diamonds and repeated inputs") {
  const Tensor x = leaf(3);
  const Tensor square = product(x, x);
  product(square, times(square, 2)).backward();  // 2 x^4
  CHECK(x.grad().item() == 8 * 27);

  // A stack of diamonds is walked once per node, not once per path: x^(2^40) has the slope 2^40 at 1.
  const Tensor one = leaf(1);
  Tensor y = one;
  for (int i = 0; i < 40; ++i) y = product(y, y);
  y.backward();
  CHECK(one.grad().item() == double(int64_t(1) << 40));
}

TEST_CASE("autograd: constants and detached tensors get no gradient") {
  const Tensor x = leaf(3), constant = Tensor::full({1}, 4, DType::float64);
  product(x, constant).backward();
  CHECK(x.grad().item() == 4);
  CHECK(!constant.grad().defined());
  CHECK(!product(constant, constant).requires_grad());

  x.zero_grad();
  product(x, times(x, 2).detach()).backward();
  CHECK(x.grad().item() == 6);
}

TEST_CASE("autograd: nothing is recorded without gradients") {
  const Tensor x = leaf(3);
  {
    const NoGradient outer;
    CHECK(!gradients_enabled());
    { const NoGradient inner; }
    CHECK(!gradients_enabled());
    CHECK(!times(x, 2).requires_grad());
  }
  CHECK(gradients_enabled());
  CHECK(times(x, 2).requires_grad());
}

TEST_CASE("autograd: reshape passes gradients on") {
  const Tensor x = Tensor::from(std::vector<double>{1, 2, 3, 4}, {2, 2}).set_requires_grad();
  const Tensor dy = Tensor::from(std::vector<double>{1, 10, 100, 1000}, {4});
  backward(times(x.reshape({4}), 2), dy);
  CHECK(x.grad().shape() == Shape{2, 2});
  CHECK(x.grad().values<double>() == std::vector<double>{2, 20, 200, 2000});
  CHECK(dy.values<double>() == std::vector<double>{1, 10, 100, 1000});  // the caller's numbers stay
}

TEST_CASE("autograd: misuse is named") {
  const Tensor x = leaf(3);
  const Tensor y = times(x, 2);
  y.backward();
  CHECK_THROWS_WITH_AS(y.backward(),
                       "[backward] the tape of times was already used; run the forward pass again", Error);
  CHECK_THROWS_AS(times(y, 5).backward(), Error);  // a new function on top of a used tape
  CHECK_THROWS_AS(Tensor::full({1}, 1).backward(), Error);
  CHECK_THROWS_AS(times(Tensor::zeros({2}, DType::float64).set_requires_grad(), 2).backward(), Error);
  CHECK_THROWS_AS(y.set_requires_grad(), Error);
  CHECK_THROWS_WITH_AS(backward(times(x, 2), Tensor::zeros({2}, DType::float64)),
                       "[backward] gradient 2 of a tensor 1", Error);
}

TEST_CASE("autograd: what is recomputed has the gradients of what is kept, and keeps nothing") {
  const Tensor x = leaf(3), w = leaf(5), constant = Tensor::full({1}, 2, DType::float64);
  int calls = 0;
  const TensorFunction f = [&](const std::vector<Tensor>& inputs) {
    ++calls;
    CHECK(gradients_enabled() == (calls == 2));
    return product(product(inputs[0], w), product(inputs[0], inputs[1]));  // 2 w x^2
  };
  const Tensor y = recompute("f", f, {x, constant}, {w});
  CHECK(y.item() == 90);
  times(y, 10).backward();
  CHECK(calls == 2);
  CHECK(x.grad().item() == 10 * 4 * 5 * 3);
  CHECK(w.grad().item() == 10 * 2 * 9);
  CHECK(!constant.grad().defined());

  // An input that another function computed.
  calls = 0;
  x.zero_grad();
  recompute("f", f, {times(x, 2), constant}, {}).backward();  // 8 w x^2
  CHECK(x.grad().item() == 16 * 5 * 3);

  host_allocator().reset_peak();
  const int64_t before = host_allocator().statistics().in_use;
  const Tensor large = Tensor::full({1000}, 1, DType::float64).set_requires_grad();
  const Tensor kept = recompute(
      "chain", [](const std::vector<Tensor>& in) { return product(product(in[0], in[0]), times(in[0], 3)); },
      {large}, {});
  CHECK(host_allocator().statistics().in_use - before < 3 * 8192 + 4096);
}

TEST_CASE("autograd: memory goes back once the tape is used or dropped") {
  const Tensor x = Tensor::zeros({1000}, DType::float64).set_requires_grad();
  const auto in_use = [] { return host_allocator().statistics().in_use; };
  const int64_t before = in_use(), one = x.bytes() + 1000;
  {
    Tensor y = x;
    for (int i = 0; i < 10; ++i) y = product(y, y);
    CHECK(in_use() >= before + 10 * x.bytes());
    host_allocator().reset_peak();
    backward(y, Tensor::zeros({1000}, DType::float64));
    CHECK(in_use() <= before + 2 * one);  // y and the gradient of x
    CHECK(host_allocator().statistics().peak <= before + 15 * one);
  }
  x.zero_grad();
  CHECK(in_use() == before);
  { const Tensor unused = product(times(x, 2), x); }
  CHECK(in_use() == before);
}
