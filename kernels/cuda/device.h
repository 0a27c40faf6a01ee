// The vocabulary of kernels/cuda/*.cu. It means the same to nvcc, which makes device code of it, and to a
// plain C++20 compiler, which makes the emulation of it (kernels/emulation): so kernels run, and are tested,
// without a GPU.
//
//   launch("relu_forward", context, kernel, grid, block, shared_bytes, ...)   not  kernel<<<...>>>(...)
//   float* tile = dynamic_shared<float>();                                    not  extern __shared__
//   SHARED(float, tile, [16][17]);                                            not  __shared__ float ...
//   mma_m16n8k16(d, a, b, c), cp_async16(to, from), ...                       not  inline PTX
#pragma once
#include <cuda_bf16.h>
#include <cuda_runtime_api.h>

#include <string>
#include <tuple>
#include <utility>

#include "kernels/backend.h"
#include "kernels/cuda/check.h"
#include "kernels/cuda/context.h"

#ifdef __CUDACC__
#define SHARED(type, name, ...) __shared__ type name __VA_ARGS__
#else
#include "kernels/emulation/cuda_emulation.h"
#endif

namespace huegrad::cuda {

#ifdef __CUDACC__

// Begins at a multiple of 1024 bytes, what matrices that wgmma reads there begin at.
template <class T>
__device__ __forceinline__ T* dynamic_shared() {
  extern __shared__ __align__(1024) unsigned char huegrad_dynamic_shared[];
  return reinterpret_cast<T*>(huegrad_dynamic_shared);
}

// d = a * b + c by one warp: a 16x16 bfloat16 row-major, b 16x8 bfloat16 column-major, c and d 16x8 float.
__device__ __forceinline__ void mma_m16n8k16(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2],
                                             const float (&c)[4]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%10,%11,%12,%13};"
      : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "f"(c[0]), "f"(c[1]), "f"(c[2]),
        "f"(c[3]));
}

// d = a * b + c by one warp: a 16x8 TF32 row-major, b 8x8 TF32 column-major, c and d 16x8 float. Operands are
// floats rounded by to_tf32.
__device__ __forceinline__ void mma_m16n8k8(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2],
                                            const float (&c)[4]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, "
      "{%10,%11,%12,%13};"
      : "=f"(d[0]), "=f"(d[1]), "=f"(d[2]), "=f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "f"(c[0]), "f"(c[1]), "f"(c[2]),
        "f"(c[3]));
}

// Four 8x8 matrices of 16-bit values from shared memory: lane l names row l % 8 of matrix l / 8, 16-byte
// aligned, and receives of each matrix values 2 (l % 4) and the next of row l / 4, or transposed.
__device__ __forceinline__ void ldmatrix_x4(unsigned (&d)[4], const void* row) {
  const unsigned shared = static_cast<unsigned>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(d[0]), "=r"(d[1]), "=r"(d[2]), "=r"(d[3])
               : "r"(shared)
               : "memory");
}
__device__ __forceinline__ void ldmatrix_x4_transposed(unsigned (&d)[4], const void* row) {
  const unsigned shared = static_cast<unsigned>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(d[0]), "=r"(d[1]), "=r"(d[2]), "=r"(d[3])
               : "r"(shared)
               : "memory");
}

// 2^x to two units in the last place; zero where it would be no normal number.
__device__ __forceinline__ float exp2_approx(float x) {
  float result;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
  return result;
}

// The nearest number with TF32's ten bits of mantissa, ties away from zero.
__device__ __forceinline__ unsigned to_tf32(float x) {
  unsigned result;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(result) : "f"(x));
  return result;
}

// Copies 16 bytes from global to shared memory while the thread goes on, or zeros where `wanted` is false
// (and then does not read). Both 16-byte aligned.
__device__ __forceinline__ void cp_async16(void* to, const void* from, bool wanted = true) {
  const unsigned shared = static_cast<unsigned>(__cvta_generic_to_shared(to));
  const int bytes = wanted ? 16 : 0;
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared), "l"(from), "r"(bytes)
               : "memory");
}
// The same, and what was read stays in the first-level cache, for other threads of the block.
__device__ __forceinline__ void cp_async16_cached(void* to, const void* from, bool wanted = true) {
  const unsigned shared = static_cast<unsigned>(__cvta_generic_to_shared(to));
  const int bytes = wanted ? 16 : 0;
  asm volatile("cp.async.ca.shared.global [%0], [%1], 16, %2;" ::"r"(shared), "l"(from), "r"(bytes)
               : "memory");
}
__device__ __forceinline__ void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
// Waits until at most Pending of the committed groups are under way.
template <int Pending>
__device__ __forceinline__ void cp_async_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(Pending) : "memory");
}

// *place += value in device memory. Who finds the sum there by acquire_load sees all that this thread has
// written before, and all that it has seen, so what its block has written before a barrier.
__device__ __forceinline__ void release_add(int* place, int value) {
  asm volatile("red.release.gpu.global.add.s32 [%0], %1;" ::"l"(place), "r"(value) : "memory");
}
__device__ __forceinline__ int acquire_load(const int* place) {
  int value;
  asm volatile("ld.acquire.gpu.global.s32 %0, [%1];" : "=r"(value) : "l"(place) : "memory");
  return value;
}

template <class... P, class... A>
cudaError_t launch_status(void (*kernel)(P...), dim3 grid, dim3 block, size_t shared_bytes,
                          cudaStream_t stream, A&&... arguments) {
  static_assert(sizeof...(P) == sizeof...(A), "launch: wrong number of kernel arguments");
  std::tuple<P...> parameters(static_cast<P>(std::forward<A>(arguments))...);
  return std::apply(
      [&](P&... p) {
        void* pointers[sizeof...(P) + 1] = {const_cast<void*>(static_cast<const void*>(&p))...};
        return cudaLaunchKernel(reinterpret_cast<const void*>(kernel), grid, block, pointers, shared_bytes,
                                stream);
      },
      parameters);
}

#else

using ::acquire_load;
using ::cp_async16;
using ::cp_async_commit;
using ::cp_async_wait;
using ::dynamic_shared;
using ::exp2_approx;
using ::ldmatrix_x4;
using ::ldmatrix_x4_transposed;
using ::mma_m16n8k16;
using ::mma_m16n8k8;
using ::release_add;
using ::to_tf32;
inline void cp_async16_cached(void* to, const void* from, bool wanted = true) {
  cp_async16(to, from, wanted);
}

template <class... P, class... A>
cudaError_t launch_status(void (*kernel)(P...), dim3 grid, dim3 block, size_t shared_bytes,
                          cudaStream_t stream, A&&... arguments) {
  return emu::launch(kernel, grid, block, shared_bytes, stream, std::forward<A>(arguments)...);
}

#endif

// Lets a kernel be launched with this much dynamic shared memory, where that is more than the usual 48 KiB.
template <class... P>
void allow_shared(const char* op, void (*kernel)(P...), size_t bytes) {
  if (bytes > 48 * 1024)
    check_status(cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel),
                                      cudaFuncAttributeMaxDynamicSharedMemorySize, int(bytes)),
                 std::string(op) + ": " + std::to_string(bytes) + " bytes of shared memory");
}

// Converts each argument to the kernel's own parameter type and queues the kernel on the context's stream.
// Throws CudaError naming the operation and the launch.
template <class... P, class... A>
void launch(const char* op, Cuda cuda, void (*kernel)(P...), dim3 grid, dim3 block, size_t shared_bytes,
            A&&... arguments) {
  const cudaError_t status =
      launch_status(kernel, grid, block, shared_bytes, cuda.context->stream(), std::forward<A>(arguments)...);
  if (status == cudaSuccess) return;
  const auto extents = [](dim3 d) {
    return std::to_string(d.x) + "x" + std::to_string(d.y) + "x" + std::to_string(d.z);
  };
  check_status(status, std::string(op) + ": " + extents(grid) + " blocks of " + extents(block) +
                           " threads, " + std::to_string(shared_bytes) + " bytes shared");
}

}  // namespace huegrad::cuda
