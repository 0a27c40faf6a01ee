// What the benchmarks of operations with weights share: three passes of each shape; on CUDA in every
// precision, by NVIDIA's library and by our kernels.
#pragma once
#include "benchmarks/harness.h"
#include "kernels/conv2d.h"

namespace huegrad::bench {

enum class Pass { forward, backward_data, backward_weight };
// With what an op's name has at its end.
inline constexpr std::pair<const char*, Pass> kPasses[] = {{"_forward", Pass::forward},
                                                           {"_backward_data", Pass::backward_data},
                                                           {"_backward_weight", Pass::backward_weight}};

struct Precision {
  const char* name;
  Math math;
  DType storage;
};
inline constexpr Precision kPrecisions[] = {{"fp32", Math::float32, DType::float32},
                                            {"tf32", Math::tensor_float32, DType::float32},
                                            {"bf16", Math::bfloat16, DType::bfloat16}};

struct Library {
  const char* name;
  ConvolutionChoice choice;
};

// Kernels that are queued from now on compute in this way.
inline void choose(Math math, ConvolutionChoice choice) {
  cuda_context().tensor_float32 = math != Math::float32;
  cuda_context().convolution = choice;
}

// Channels of the output: what has a bias of its own.
template <class Shape>
int64_t outputs_of(const Shape& s) {
  if constexpr (requires { s.out_channels; })
    return s.out_channels;
  else
    return s.out_features;
}

// Arrays of one pass, whichever it is: the pass's result is written, the others are read. The weight's
// gradient has an array of its own because it is float beside bfloat16.
template <class Backend, class Storage, class Shape>
struct PassArrays {
  PassArrays(const On<Backend, Storage>& on, const Shape& s, Pass pass)
      : x(on.values(s.input_size())),
        w(on.values(s.weight_size())),
        y(on.values(s.output_size())),
        dw(on.floats(pass == Pass::backward_weight ? s.weight_size() : 0)),
        bias(on.floats(outputs_of(s))) {}

  double bytes(Pass pass) const {
    return bytes_of(x, y) + (pass == Pass::backward_weight ? dw.bytes() : w.bytes());
  }

  Array<Storage> x, w, y;
  Array<float> dw, bias;
};

// OP_PASS<Backend,HOW>/CASE, which calls run(backend, pass, shape, arrays).
template <class Backend, class Storage, class Shape, class Run>
void add_passes(const std::string& op, const std::string& how, const Cases<Shape>& cases, Math math,
                ConvolutionChoice choice, const Run& run) {
  using Place = On<Backend, Storage>;
  for (const auto& [pass_name, pass] : kPasses)
    add_cases<Backend, Storage>(
        op + pass_name + "<" + kBackendName<Backend> + "," + how + ">", cases,
        [run, math, choice, pass = pass](const Place& on, const Shape& s) {
          const PassArrays<Backend, Storage, Shape> a(on, s, pass);
          const auto call = [=] {
            if constexpr (Place::is_cuda) choose(math, choice);
            run(Place::backend(), pass, s, a);
          };
          return Work{call, {.bytes = a.bytes(pass), .flops = 2.0 * double(s.macs()), .math = math}};
        });
}

// library: what NVIDIA's is called
template <class Shape, class Run>
bool every_pass(const std::string& op, const char* library, const Cases<Shape>& cases, const Run& run) {
  constexpr auto kNobody = ConvolutionChoice::automatic;  // the choice is CUDA's only
  add_passes<Reference, float>(op, "fp32", cases, Math::float32, kNobody, run);
  add_passes<Cpu, float>(op, "fp32", cases, Math::float32, kNobody, run);
  for (const Precision& p : kPrecisions)
    for (const Library& by : {Library{library, ConvolutionChoice::cudnn},
                              Library{"handwritten", ConvolutionChoice::handwritten}}) {
      const std::string how = std::string(p.name) + "," + by.name;
      if (p.storage == DType::bfloat16)
        add_passes<Cuda, bfloat16>(op, how, cases, p.math, by.choice, run);
      else
        add_passes<Cuda, float>(op, how, cases, p.math, by.choice, run);
    }
  return true;
}

}  // namespace huegrad::bench
