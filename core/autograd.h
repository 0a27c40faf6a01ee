// The tape. A differentiable function computes its output, then records how a gradient flows back:
//
//   Tensor relu(const Tensor& x) {
//     Tensor y = x.empty_like();
//     dispatch(x, [&](auto backend, auto real) { ... relu_forward(backend, ...); });
//     return record("relu", y, {x}, [y = y.detach()](const Tensor& dy, Gradients& gradients) {
//       Tensor dx = dy.empty_like(); ...; gradients.add(0, dx);
//     });
//   }
//
// What backward needs is the closure's capture list; captured OUTPUTS are detached, or the node would own
// itself. backward() runs the nodes in reverse order of creation and drops each closure, and with it the
// buffers it saved, as soon as it has run.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/tensor.h"

namespace huegrad {

struct Node;

// Collects the gradients of one node's inputs.
class Gradients {
 public:
  explicit Gradients(const Node& node) : node_(node) {}

  // Whether anybody needs the gradient of this input; if not, do not compute it.
  bool wants(size_t input) const;
  // Adds a gradient: the shape and dtype of the input, in a buffer this call may keep and write to.
  void add(size_t input, const Tensor& gradient);

 private:
  const Node& node_;
};

// dy is the closure's own: it may write to it, or pass it on as the gradient of one input.
using Backward = std::function<void(const Tensor& dy, Gradients& gradients)>;

struct Node {
  std::string name;
  uint64_t order = 0;  // of creation
  std::vector<Tensor> inputs;
  Backward backward;
};

struct AutogradState {
  bool requires_grad = false;
  Tensor grad;
  std::shared_ptr<Node> node;  // null for a leaf (a parameter)
};

// Puts y on the tape if gradients are on and any (defined) input requires one; returns y.
Tensor record(std::string name, const Tensor& y, std::vector<Tensor> inputs, Backward backward);

// f(inputs), of which only the inputs stay on the tape: what f computes on the way is let go, and computed
// again when the gradient comes back (Chen et al. 2016, "Training deep nets with sublinear memory cost"). f
// must compute the same both times. parameters: leaves that f reads besides its inputs.
using TensorFunction = std::function<Tensor(const std::vector<Tensor>& inputs)>;
Tensor recompute(std::string name, const TensorFunction& f, const std::vector<Tensor>& inputs,
                 const std::vector<Tensor>& parameters);

// Propagates dy (same shape as y) from y to every leaf that requires a gradient; leaves add to what they
// have.
void backward(const Tensor& y, const Tensor& dy);

bool gradients_enabled();

// While it lives, this thread records nothing.
class NoGradient {
 public:
  NoGradient();
  ~NoGradient();
  NoGradient(const NoGradient&) = delete;

 private:
  bool previous_;
};

}  // namespace huegrad
