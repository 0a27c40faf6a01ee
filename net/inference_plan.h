// The network as a fixed list of kernel calls: what huegrad colours with. The tape (HierarchicalNetwork) is
// for training; here batch norm costs nothing, no gradient bookkeeping exists and every activation has its
// place in one buffer, planned once per picture size.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "core/cuda_replay.h"
#include "kernels/cuda_context.h"
#include "kernels/prepared_convolution.h"
#include "layers/modules.h"
#include "net/hierarchical_network.h"

namespace huegrad {

// Batch norm in evaluation mode is y * scale + shift per channel. In this network it follows the ReLU, so
// folding it into the weights of the NEXT convolution would be wrong at borders (padding is 0 after the norm,
// not before); it is folded into the epilogue of the convolution BEFORE it, which is exact.
class InferencePlan {
 public:
  // A plan describes a trained network: what it needs of weights and statistics is read now, and on the CPU
  // nothing else of them is kept.
  // storage: of activations and weights; bfloat16 on CUDA only. On the CPU weights are prepared once
  // (kernels/prepared_convolution.h), which takes up to five times their memory, or, if lean, no more than it.
  // A network that is moved here is let go layer by layer, so that its weights are never there twice.
  explicit InferencePlan(HierarchicalNetwork network, DType storage = DType::float32,
                         bool lean = false);

  // lightness (N, H, W, 1) float32 on the network's device, H and W multiples of 8; logits come in the
  // storage type: as HierarchicalNetwork::forward(lightness, false). Not for several threads at once.
  //
  // On CUDA the whole of it is captured as a graph when a shape comes for the second time with the same
  // choices of the context (who computes, TF32), and launched by one call as long as it is among the last few
  // (core/cuda_replay.h). It writes to the same logits every time: they are the caller's until the next run.
  HierarchicalNetwork::Output run(const Tensor& lightness);

  // The same, step by step: `after` is told the layer of each step when the step has been queued.
  using AfterStep = std::function<void(const std::string& layer)>;
  HierarchicalNetwork::Output run(const Tensor& lightness, const AfterStep& after);

  // Bytes of the shared activation buffer for pictures of this shape (N, H, W, 1), without the outputs.
  int64_t workspace_bytes(const Shape& lightness);
  // The algorithm that a layer's weights were prepared for; empty where none were.
  std::string prepared_algorithm(const std::string& layer) const;

 private:
  enum class Kind { convolution, deconvolution, place };
  struct Step {
    std::string layer = {};
    Kind kind = Kind::convolution;
    size_t input = 0, output = 0;  // values
    Conv2dOptions options = {};
    int64_t kernel_height = 0, kernel_width = 0;
    Tensor weight = {}, bias = {};
    std::shared_ptr<const PreparedConvolution> prepared = {};  // on the CPU, instead of the weight
    Tensor scale = {}, shift = {};  // of the folded batch norm; undefined without one
    int64_t channel_offset = 0;     // place: where in the output's channels the input goes
  };
  // An activation (N, height, width, channels). Its place in the buffer is free before the step that writes
  // it first and after the step that reads it last.
  struct Value {
    int64_t height = 0, width = 0, channels = 0;
    size_t first_step = 0, last_step = 0;
    int64_t offset = 0;  // in elements
  };

  // What a captured run cannot change afterwards.
  struct CaptureKey {
    Shape lightness;
    ConvolutionChoice convolution = ConvolutionChoice::automatic;
    bool tensor_float32 = false;
    bool operator==(const CaptureKey&) const = default;
  };
  // One run on CUDA, with everything that it reads and writes outside the plan's buffer.
  struct Captured {
    CaptureKey key;
    Tensor lightness, picture;  // the input, and the same in the storage type
    HierarchicalNetwork::Output output;
    CudaReplay replay;
  };

  template <class Convolution>
  void add_step(const std::string& layer, Kind kind, size_t input, const Convolution& conv);
  void fold(const BatchNorm& norm);  // into the last step
  void plan(const Shape& lightness);
  void place_values(int64_t batch);
  HierarchicalNetwork::Output make_output(int64_t batch) const;
  Captured& captured(const Shape& lightness);
  Captured make_captured(const CaptureKey& key) const;
  // picture in the storage type
  void run_steps(const Tensor& picture, const HierarchicalNetwork::Output& output,
                 const AfterStep& after) const;
  template <class Backend, class Real>
  void run_step(Backend backend, const Step& step, int64_t batch, const Real* x, Real* y) const;
  // Of a step of either kind for `batch` pictures of the planned size.
  template <class Shape>
  Shape shape_of(const Step& step, int64_t batch) const;

  Device device_;
  DType storage_;
  bool lean_;
  std::vector<Step> steps_;
  std::vector<Value> values_;        // values_[0] is the picture
  size_t color_ = 0, semantic_ = 0;  // values; semantic_ is 0 without semantics
  Shape planned_for_;
  int64_t buffer_size_ = 0;  // elements
  Tensor buffer_;
  std::vector<Captured> captured_;  // most recently used first; they use the buffer
};

}  // namespace huegrad
