// What benchmarks are written with. An op's file says once what a call works on, and is registered for
// everybody who can compute it:
//
//   const bool kForward = everywhere("relu_forward", kImages, [](auto on, const Image& s) {
//     const auto x = on.values(s.size()), y = on.values(s.size());
//     return Work{[=] { relu_forward(on.backend(), s.size(), x.data(), y.data()); }, {bytes_of(x, y)}};
//   });
//
//   relu_forward<Reference,float>/tiny           the definition
//   relu_forward<Cpu,float>/8x56x56x256          by the clock on the wall
//   relu_forward<Cuda,float>/32x56x56x256        by the device's events, caches cold
//   relu_forward<Cuda,bfloat16>/32x56x56x256
//
// Every entry reports bytes/s, FLOP/s and its roofline share: the time that its cost takes at the rates this
// machine was measured to copy and to multiply matrices at (net/ceilings.h), over the time it took.
#pragma once
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/cuda_device.h"
#include "core/tensor.h"
#include "net/varied_values.h"

namespace huegrad::bench {

// What products are multiplied in: on tensor cores, but for float32.
enum class Math { float32, tensor_float32, bfloat16 };

// The least that the work takes, whatever a kernel does.
struct Cost {
  double bytes = 0;         // every input read once, every output written once
  double flops = 0;         // two for each multiply-accumulate of the definition
  double exponentials = 0;  // and logarithms, powers and roots
  Math math = Math::float32;
};

struct Work {
  std::function<void()> run;
  Cost cost;
};

// One line of the results.
struct Entry {
  std::string name;
  DeviceKind device;
  Cost cost;
  // Takes memory and returns what is measured; called when the entry is chosen.
  std::function<std::function<void()>()> prepare;
  double pictures = 0;  // of one call; reported per second
  bool caches_cold = true;
};
void add(Entry entry);
const std::vector<Entry>& entries();

// Gives Google Benchmark those entries that this machine has a device for.
void register_entries();

// An array where its backend computes.
template <class T>
struct Array {
  int64_t size = 0;
  Tensor tensor;  // undefined where only the cost is asked for

  T* data() const { return tensor.data<T>(); }
  double bytes() const { return double(size) * double(sizeof(T)); }
};
template <class... T>
double bytes_of(const Array<T>&... arrays) {
  return (arrays.bytes() + ...);
}

// Who computes, on what.
template <class Backend_, class Storage_ = float>
struct On {
  using Backend = Backend_;
  using Storage = Storage_;
  static constexpr bool is_cuda = std::is_same_v<Backend, Cuda>;

  bool counting = false;  // only the cost is asked for: no memory is taken

  static constexpr DeviceKind kind() {
    if constexpr (is_cuda) return DeviceKind::cuda;
    return std::is_same_v<Backend, Cpu> ? DeviceKind::cpu : DeviceKind::reference;
  }
  static Backend backend() {
    if constexpr (is_cuda)
      return cuda_backend();
    else
      return {};
  }

  Array<Storage> values(int64_t size, double low = -1, double high = 1) const {
    return array<Storage>(size, low, high);
  }
  Array<float> floats(int64_t size, double low = -1, double high = 1) const {
    return array<float>(size, low, high);
  }
  Array<int32_t> integers(int64_t size, int32_t count) const {  // 0 .. count - 1
    return {size, counting ? Tensor() : varied_integers(size, count, DType::int32, {kind()})};
  }
  Array<uint8_t> levels(int64_t size) const {
    return {size, counting ? Tensor() : varied_integers(size, 256, DType::uint8, {kind()})};
  }
  // These very values.
  template <class T>
  Array<T> copy_of(const std::vector<T>& values) const {
    const auto size = int64_t(values.size());
    return {size, counting ? Tensor() : Tensor::from(values, {size}, {kind()})};
  }

 private:
  template <class T>
  Array<T> array(int64_t size, double low, double high) const {
    return {size, counting ? Tensor() : varied_values(size, low, high, dtype_of<T>, {kind()})};
  }
};

template <class T>
constexpr const char* kTypeName = std::is_same_v<T, float>      ? "float"
                                  : std::is_same_v<T, bfloat16> ? "bfloat16"
                                                                : "uint8";
template <class Backend>
constexpr const char* kBackendName = std::is_same_v<Backend, Cuda>  ? "Cuda"
                                     : std::is_same_v<Backend, Cpu> ? "Cpu"
                                                                    : "Reference";

template <class Shape>
struct Named {
  std::string name;
  Shape shape;
};

// What an op is measured on. The definition has `tiny` only, and everybody has it: there it is seen that a
// benchmark runs, also on the emulation.
template <class Shape>
struct Cases {
  Named<Shape> tiny;
  std::vector<Named<Shape>> cpu, cuda;
};

// A function, because GCC 12 warns of members of a partly built aggregate.
template <class Shape>
Cases<Shape> cases_of(Named<Shape> tiny, std::vector<Named<Shape>> cpu, std::vector<Named<Shape>> cuda) {
  return {std::move(tiny), std::move(cpu), std::move(cuda)};
}

constexpr int64_t kCpuBatch = 8, kCudaBatch = 32;

// The same shapes at both batch sizes. of_batch(batch): a vector of Named<Shape>.
template <class Shape, class OfBatch>
Cases<Shape> at_batch_sizes(const Named<Shape>& tiny, const OfBatch& of_batch) {
  return cases_of<Shape>(tiny, of_batch(kCpuBatch), of_batch(kCudaBatch));
}

// name: "relu_forward<Cpu,float>". make(On<...>, shape) returns the Work.
template <class Backend, class Storage, class Shape, class Make>
void add_cases(const std::string& name, const Cases<Shape>& cases, const Make& make) {
  using Place = On<Backend, Storage>;
  std::vector<Named<Shape>> chosen;
  if (Place::kind() == DeviceKind::cpu) chosen = cases.cpu;
  if (Place::kind() == DeviceKind::cuda) chosen = cases.cuda;
  chosen.push_back(cases.tiny);
  for (const Named<Shape>& named : chosen)
    add({.name = name + "/" + named.name,
         .device = Place::kind(),
         .cost = make(Place{.counting = true}, named.shape).cost,
         .prepare = [=] { return make(Place{}, named.shape).run; }});
}

template <class Backend, class Storage, class Shape, class Make>
void add_op(const std::string& op, const Cases<Shape>& cases, const Make& make) {
  add_cases<Backend, Storage>(op + "<" + kBackendName<Backend> + "," + kTypeName<Storage> + ">", cases, make);
}

// In float by everybody. Returns true, so that it can be called while the program starts.
template <class Shape, class Make>
bool in_float(const std::string& op, const Cases<Shape>& cases, const Make& make) {
  add_op<Reference, float>(op, cases, make);
  add_op<Cpu, float>(op, cases, make);
  add_op<Cuda, float>(op, cases, make);
  return true;
}

// The same, and on CUDA in bfloat16 too.
template <class Shape, class Make>
bool everywhere(const std::string& op, const Cases<Shape>& cases, const Make& make) {
  in_float(op, cases, make);
  add_op<Cuda, bfloat16>(op, cases, make);
  return true;
}

}  // namespace huegrad::bench
