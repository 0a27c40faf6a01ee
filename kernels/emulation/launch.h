// Launches: what kernel<<<grid, block, shared, stream>>>(arguments...) is.
#pragma once
#include <cuda_runtime_api.h>

#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace emu {

// Aborts unless this is null or device memory.
void check_device_pointer(const void* pointer, size_t argument);

// Queues a grid of threads that each call `body`. Refuses what a device refuses.
cudaError_t queue_kernel(const void* kernel, dim3 grid, dim3 block, size_t shared_bytes, cudaStream_t stream,
                         std::function<void()> body);

// Arguments are converted to the kernel's parameters now, and copied, as CUDA does.
template <class... P, class... A>
cudaError_t launch(void (*kernel)(P...), dim3 grid, dim3 block, size_t shared_bytes, cudaStream_t stream,
                   A&&... arguments) {
  static_assert(sizeof...(P) == sizeof...(A), "launch: wrong number of kernel arguments");
  const std::tuple<P...> parameters(static_cast<P>(std::forward<A>(arguments))...);
  size_t index = 0;
  const auto check = [&](const auto& parameter) {
    if constexpr (std::is_pointer_v<std::remove_cvref_t<decltype(parameter)>>)
      check_device_pointer(parameter, index);
    ++index;
  };
  std::apply([&](const P&... p) { (check(p), ...); }, parameters);
  return queue_kernel(reinterpret_cast<const void*>(kernel), grid, block, shared_bytes, stream,
                      [=] { std::apply(kernel, parameters); });
}

}  // namespace emu
