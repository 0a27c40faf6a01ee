// y[i] = f(x0[i], x1[i], ...): one kernel for every elementwise operation. A grid that fills the card strides
// over the array, four or eight values a thread at a time.
#pragma once
#include <algorithm>
#include <cstdint>

#include "kernels/cuda/storage.h"

namespace huegrad::cuda {

constexpr int kElementwiseThreads = 256;

// Blocks for `items` threads of work: at most eight per multiprocessor (2048 threads, all it holds).
inline unsigned elementwise_blocks(Cuda cuda, int64_t items) {
  const int64_t wanted = (items + kElementwiseThreads - 1) / kElementwiseThreads;
  return unsigned(std::clamp<int64_t>(wanted, 1, int64_t(cuda.context->info().multiprocessors) * 8));
}

// Calls visit(index, width as an integral_constant) for this thread's share of an array: whole packs, and the
// values behind the last whole pack one by one by the first threads.
template <int width, class Visit>
__device__ __forceinline__ void for_each_pack(int64_t size, const Visit& visit) {
  const int64_t first = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x;
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t pack = first; pack < size / width; pack += step)
    visit(pack * width, std::integral_constant<int, width>{});
  const int64_t rest = size / width * width + first;
  if (rest < size) visit(rest, std::integral_constant<int, 1>{});
}

// Blocks for for_each_pack.
inline unsigned pack_blocks(Cuda cuda, int64_t size, int width) {
  return elementwise_blocks(cuda, size / width + width);
}

template <int width, class Function, class Out, class... In>
__device__ __forceinline__ void apply_to_pack(const Function& f, Out* y, const Pack<In, width>&... x) {
  Pack<Out, width> result;
#pragma unroll
  for (int j = 0; j < width; ++j) result.values[j] = from_float<Out>(f(to_float(x.values[j])...));
  store_pack(y, result);
}

// Arrays may be the same.
template <int width, class Function, class Out, class... In>
__global__ void __launch_bounds__(kElementwiseThreads)
    elementwise_kernel(int64_t size, Function f, Out* y, const In*... x) {
  for_each_pack<width>(size, [&](int64_t i, auto pack) {
    apply_to_pack<pack.value>(f, y + i, load_pack<pack.value>(x + i)...);
  });
}

// Function: a struct with `__device__ float operator()(float...) const`.
template <class Function, class Out, class... In>
void elementwise(const char* op, Cuda cuda, int64_t size, const Function& f, Out* y, const In*... x) {
  if (size == 0) return;
  constexpr int width = 16 / int(std::max({sizeof(Out), sizeof(In)...}));
  if (packs_fit<width>(0, y, x...))
    launch(op, cuda, elementwise_kernel<width, Function, Out, In...>, pack_blocks(cuda, size, width),
           kElementwiseThreads, 0, size, f, y, x...);
  else
    launch(op, cuda, elementwise_kernel<1, Function, Out, In...>, pack_blocks(cuda, size, 1),
           kElementwiseThreads, 0, size, f, y, x...);
}

}  // namespace huegrad::cuda
