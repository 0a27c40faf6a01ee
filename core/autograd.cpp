#include "core/autograd.h"

#include <algorithm>
#include <atomic>
#include <queue>
#include <unordered_set>
#include <utility>

#include "core/dispatch.h"
#include "kernels/add.h"

namespace huegrad {
namespace {

thread_local bool recording = true;
std::atomic<uint64_t> nodes_created = 0;

// While it lives, this thread records, also within backward().
struct Recorded {
  bool previous = std::exchange(recording, true);
  ~Recorded() { recording = previous; }
};

AutogradState& state_of(const Tensor& tensor) { return *tensor.autograd(); }

bool needs_gradient(const Tensor& tensor) { return tensor.defined() && tensor.requires_grad(); }

void accumulate(const Tensor& tensor, const Tensor& gradient) {
  check(gradient.shape() == tensor.shape() && gradient.dtype() == tensor.dtype(), "backward",
        "gradient {} of a tensor {}", to_string(gradient.shape()), to_string(tensor.shape()));
  Tensor& sum = state_of(tensor).grad;
  if (!sum.defined()) {
    sum = gradient.detach();
    return;
  }
  dispatch(sum, [&](auto backend, auto real) {
    using Real = decltype(real);
    add(backend, sum.size(), sum.data<Real>(), gradient.data<Real>(), sum.data<Real>());
  });
}

}  // namespace

Tensor attach(const Tensor& tensor, std::shared_ptr<AutogradState> state);

bool Gradients::wants(size_t input) const { return needs_gradient(node_.inputs.at(input)); }

void Gradients::add(size_t input, const Tensor& gradient) {
  if (wants(input)) accumulate(node_.inputs[input], gradient);
}

Tensor record(std::string name, const Tensor& y, std::vector<Tensor> inputs, Backward backward) {
  if (!recording || std::none_of(inputs.begin(), inputs.end(), needs_gradient)) return y;
  auto node = std::make_shared<Node>(
      Node{std::move(name), nodes_created.fetch_add(1), std::move(inputs), std::move(backward)});
  auto state = std::make_shared<AutogradState>();
  state->requires_grad = true;
  state->node = std::move(node);
  return attach(y, std::move(state));
}

Tensor recompute(std::string name, const TensorFunction& f, const std::vector<Tensor>& inputs,
                 const std::vector<Tensor>& parameters) {
  const auto forgetful = [&] {
    const NoGradient no_gradient;
    return f(inputs);
  };
  std::vector<Tensor> recorded = inputs;
  recorded.insert(recorded.end(), parameters.begin(), parameters.end());
  return record(std::move(name), forgetful(), std::move(recorded),
                [f, inputs](const Tensor& dy, Gradients& gradients) {
                  std::vector<Tensor> leaves;
                  for (size_t i = 0; i < inputs.size(); ++i)
                    leaves.push_back(inputs[i].detach().set_requires_grad(gradients.wants(i)));
                  const Recorded again;
                  backward(f(leaves), dy);  // parameters get theirs here
                  for (size_t i = 0; i < leaves.size(); ++i)
                    if (leaves[i].grad().defined()) gradients.add(i, leaves[i].grad());
                });
}

void backward(const Tensor& y, const Tensor& dy) {
  check(needs_gradient(y), "backward", "the tensor does not depend on anything that requires a gradient");
  accumulate(y, dy.clone());  // closures write to what they are given

  // Newest first: a node's consumers were all created after it, so its gradient is complete when it is
  // popped.
  const auto older = [](const Tensor& a, const Tensor& b) {
    return state_of(a).node->order < state_of(b).node->order;
  };
  std::priority_queue<Tensor, std::vector<Tensor>, decltype(older)> pending(older);
  std::unordered_set<Node*> seen;
  const auto push = [&](const Tensor& tensor) {
    if (needs_gradient(tensor) && state_of(tensor).node && seen.insert(state_of(tensor).node.get()).second)
      pending.push(tensor);
  };
  NoGradient no_gradient;
  push(y);
  while (!pending.empty()) {
    const Tensor tensor = pending.top();
    pending.pop();
    AutogradState& state = state_of(tensor);
    Node& node = *state.node;
    check(bool(node.backward), "backward", "the tape of {} was already used; run the forward pass again",
          node.name);
    Gradients gradients(node);
    if (state.grad.defined()) node.backward(state.grad, gradients);
    for (const Tensor& input : node.inputs) push(input);
    node.backward = nullptr;
    node.inputs.clear();
    state.grad = Tensor();
  }
}

bool gradients_enabled() { return recording; }

NoGradient::NoGradient() : previous_(std::exchange(recording, false)) {}
NoGradient::~NoGradient() { recording = previous_; }

bool Tensor::requires_grad() const { return autograd() && autograd()->requires_grad; }

const Tensor& Tensor::set_requires_grad(bool requires_grad) const {
  if (!autograd()) attach(*this, std::make_shared<AutogradState>());
  check(!autograd()->node, "set_requires_grad", "only a tensor that no function computed can be a parameter");
  autograd()->requires_grad = requires_grad;
  return *this;
}

Tensor Tensor::grad() const { return autograd() ? autograd()->grad : Tensor(); }

void Tensor::zero_grad() const {
  if (autograd()) autograd()->grad = Tensor();
}

void Tensor::backward() const {
  check(size() == 1, "backward", "a loss of one element wanted, the tensor is {}", to_string(shape()));
  huegrad::backward(*this, full(shape(), 1, dtype(), device()));
}

}  // namespace huegrad
