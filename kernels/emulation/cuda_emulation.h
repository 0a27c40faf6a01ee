// cuda_emu.h - device-side CUDA vocabulary for a plain C++20 compiler.
//
// Every CUDA thread of a block runs on its own fiber (a user-space stack); one block runs at a
// time on the calling OS thread. Barriers and warp collectives suspend the fiber; the LAST lane to
// arrive at a warp collective performs the exchange for all lanes, then all become runnable.
// The scheduler (emu_core.cpp) picks the next fiber in an order set by EMU_ORDER.
#pragma once
#include <cuda_bf16.h>
#include <cuda_runtime_api.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <tuple>
#include <type_traits>
#include <vector_functions.h>
#include <vector_types.h>

// ---- keywords --------------------------------------------------------------------------------
#undef __shared__
#undef __global__
#undef __device__
#undef __host__
#undef __constant__
#undef __forceinline__
#undef __launch_bounds__
#define __global__
#define __device__
#define __host__
#define __constant__ static
#define __shared__ static  // one block at a time => one copy; ASan puts red zones around it
#define __forceinline__ inline
#define __launch_bounds__(...)
#undef __grid_constant__
#define __grid_constant__
#ifndef __align__
#define __align__(n) __attribute__((aligned(n)))
#endif

// ---- built-in variables (written by the scheduler at every fiber switch) ------------------------
extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;
constexpr int warpSize = 32;

namespace emu {
// Call site of a barrier or collective (std::source_location needs clang >= 16).
struct Loc {
  const char* file = "?";
  int line = 0;
  static constexpr Loc current(const char* f = __builtin_FILE(), int l = __builtin_LINE()) { return {f, l}; }
};

// What a lane brings to a warp collective. `in`/`out` point into that lane's own (suspended) stack.
struct Lane {
  const void* in = nullptr;
  void* out = nullptr;
  int arg = 0;
  bool present = false;
};
// Runs once, on the last lane to arrive, for all 32 lanes.
using Exchange = void (*)(Lane (&lanes)[32], unsigned mask, size_t bytes);

void block_barrier(Loc where);                                   // __syncthreads
void warp_collective(unsigned mask, Exchange fn, const void* in, void* out, int arg, size_t bytes, Loc where);
unsigned lane_id();
unsigned active_mask();
void* dynamic_shared_base();
void* shared_slot(const void* site, size_t bytes, size_t align);  // one NaN-filled buffer per site and block
[[noreturn]] void fail(const char* fmt, ...);
void copy_bytes(void* dst, const void* src, size_t n);           // not seen by sanitizers

void check_device_pointer(const void* p, size_t arg_index);
using Body = std::function<void()>;
cudaError_t launch_erased(dim3 grid, dim3 block, size_t smem, cudaStream_t stream, Body body);

void exchange_nothing(Lane (&)[32], unsigned, size_t);
void exchange_shuffle(Lane (&)[32], unsigned, size_t);           // arg = source lane
void exchange_ballot(Lane (&)[32], unsigned, size_t);            // arg = predicate, out = unsigned

template <class T>
T shuffle(unsigned mask, T v, int src, Loc where) {
  T r = v;
  warp_collective(mask, exchange_shuffle, &v, &r, src, sizeof(T), where);
  return r;
}
inline int segment(int width) { return int(lane_id()) / width * width; }
}  // namespace emu

// ---- synchronisation ---------------------------------------------------------------------------
inline void __syncthreads(emu::Loc w = emu::Loc::current()) { emu::block_barrier(w); }
inline void __syncwarp(unsigned mask = ~0u, emu::Loc w = emu::Loc::current()) {
  emu::warp_collective(mask, emu::exchange_nothing, nullptr, nullptr, 0, 0, w);
}
inline void __threadfence() {}
inline void __threadfence_block() {}
inline unsigned __activemask() { return emu::active_mask(); }

// ---- warp shuffles and votes ---------------------------------------------------------------------
template <class T>
T __shfl_sync(unsigned m, T v, int src, int width = 32, emu::Loc w = emu::Loc::current()) {
  return emu::shuffle(m, v, emu::segment(width) + (src & (width - 1)), w);
}
template <class T>
T __shfl_xor_sync(unsigned m, T v, int x, int width = 32, emu::Loc w = emu::Loc::current()) {
  int src = int(emu::lane_id()) ^ x;
  return emu::shuffle(m, v, src < emu::segment(width) + width ? src : int(emu::lane_id()), w);
}
template <class T>
T __shfl_down_sync(unsigned m, T v, unsigned d, int width = 32, emu::Loc w = emu::Loc::current()) {
  int src = int(emu::lane_id() + d);
  return emu::shuffle(m, v, src < emu::segment(width) + width ? src : int(emu::lane_id()), w);
}
template <class T>
T __shfl_up_sync(unsigned m, T v, unsigned d, int width = 32, emu::Loc w = emu::Loc::current()) {
  int src = int(emu::lane_id()) - int(d);
  return emu::shuffle(m, v, src >= emu::segment(width) ? src : int(emu::lane_id()), w);
}
inline unsigned __ballot_sync(unsigned m, int pred, emu::Loc w = emu::Loc::current()) {
  unsigned r = 0;
  emu::warp_collective(m, emu::exchange_ballot, nullptr, &r, pred != 0, 0, w);
  return r;
}
inline int __any_sync(unsigned m, int p, emu::Loc w = emu::Loc::current()) { return __ballot_sync(m, p, w) != 0; }
inline int __all_sync(unsigned m, int p, emu::Loc w = emu::Loc::current()) { return __ballot_sync(m, !p, w) == 0; }
inline int __popc(unsigned x) { return std::popcount(x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __clz(int x) { return std::countl_zero(unsigned(x)); }

// ---- atomics: one OS thread, but written with compiler atomics so that TSan sees them as such ----
namespace emu {
template <class T, class F>
T atomic_rmw(T* p, F f) {
  using U = std::conditional_t<sizeof(T) == 8, uint64_t, std::conditional_t<sizeof(T) == 4, uint32_t, uint16_t>>;
  U* u = reinterpret_cast<U*>(p);
  U old = __atomic_load_n(u, __ATOMIC_RELAXED), next;
  do next = std::bit_cast<U>(static_cast<T>(f(std::bit_cast<T>(old))));
  while (!__atomic_compare_exchange_n(u, &old, next, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  return std::bit_cast<T>(old);
}
}  // namespace emu
template <class T> T atomicAdd(T* p, std::type_identity_t<T> v) { return emu::atomic_rmw(p, [&](T o) { return o + v; }); }
template <class T> T atomicSub(T* p, std::type_identity_t<T> v) { return emu::atomic_rmw(p, [&](T o) { return o - v; }); }
template <class T> T atomicMax(T* p, std::type_identity_t<T> v) { return emu::atomic_rmw(p, [&](T o) { return o > v ? o : v; }); }
template <class T> T atomicMin(T* p, std::type_identity_t<T> v) { return emu::atomic_rmw(p, [&](T o) { return o < v ? o : v; }); }
template <class T> T atomicExch(T* p, std::type_identity_t<T> v) { return emu::atomic_rmw(p, [&](T) { return v; }); }
template <class T> T atomicCAS(T* p, std::type_identity_t<T> c, std::type_identity_t<T> v) {
  return emu::atomic_rmw(p, [&](T o) { return o == c ? v : o; });
}

// ---- small device math that <cmath> lacks -------------------------------------------------------
using std::isfinite;
using std::max;
using std::min;
inline float __uint_as_float(unsigned x) { return std::bit_cast<float>(x); }
inline unsigned __float_as_uint(float x) { return std::bit_cast<unsigned>(x); }
inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
inline float __expf(float x) { return std::exp(x); }
inline float __logf(float x) { return std::log(x); }
inline float __fdividef(float a, float b) { return a / b; }
template <class T> T __ldg(const T* p) { return *p; }
// A heap buffer of exactly the right size per block: ASan sees its ends (compilers put no red zones around
// statics of template kernels), TSan sees fresh memory in every block, and every block starts with NaNs.
#define SHARED(type, name, ...)                                                     \
  static const char name##_site_ = 0;                                               \
  using name##_type_ = std::remove_reference_t<decltype(std::declval<emu::Box<type __VA_ARGS__>>().v)>; \
  name##_type_& name = *static_cast<name##_type_*>(emu::shared_slot(&name##_site_, sizeof(name##_type_), alignof(type)))
namespace emu { template <class T> struct Box { T v; }; }
template <class T> T* dynamic_shared() { return static_cast<T*>(emu::dynamic_shared_base()); }

// ---- cooperative groups: the subset worth using ----------------------------------------------------
namespace cooperative_groups {
struct thread_block {
  void sync(emu::Loc w = emu::Loc::current()) const { emu::block_barrier(w); }
  unsigned thread_rank() const { return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z); }
  unsigned size() const { return blockDim.x * blockDim.y * blockDim.z; }
};
inline thread_block this_thread_block() { return {}; }
template <unsigned N>
struct thread_block_tile {
  static_assert(N <= 32 && (N & (N - 1)) == 0);
  unsigned mask() const { return (N == 32 ? ~0u : ((1u << N) - 1)) << (emu::lane_id() / N * N); }
  unsigned thread_rank() const { return emu::lane_id() % N; }
  static constexpr unsigned size() { return N; }
  void sync(emu::Loc w = emu::Loc::current()) const { __syncwarp(mask(), w); }
  template <class T> T shfl(T v, int src, emu::Loc w = emu::Loc::current()) const { return __shfl_sync(mask(), v, src, N, w); }
  template <class T> T shfl_xor(T v, int x, emu::Loc w = emu::Loc::current()) const { return __shfl_xor_sync(mask(), v, x, N, w); }
  template <class T> T shfl_down(T v, unsigned d, emu::Loc w = emu::Loc::current()) const { return __shfl_down_sync(mask(), v, d, N, w); }
};
template <unsigned N> thread_block_tile<N> tiled_partition(const thread_block&) { return {}; }
}  // namespace cooperative_groups

// ---- tensor cores ---------------------------------------------------------------------------------
namespace emu {
struct MmaIn { unsigned a[4], b[2]; float c[4]; };
void exchange_mma_m16n8k16_bf16(Lane (&)[32], unsigned, size_t);
struct WmmaIn { const float *a, *b, *c; bool a_col, b_col; };
void exchange_wmma_16x16x16(Lane (&)[32], unsigned, size_t);
}  // namespace emu
inline void mma_m16n8k16(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2], const float (&c)[4],
                         emu::Loc w = emu::Loc::current()) {
  emu::MmaIn in{{a[0], a[1], a[2], a[3]}, {b[0], b[1]}, {c[0], c[1], c[2], c[3]}};
  emu::warp_collective(~0u, emu::exchange_mma_m16n8k16_bf16, &in, d, 0, sizeof in, w);
}
namespace emu {
struct MmaTf32In { unsigned a[4], b[2]; float c[4]; };
void exchange_mma_m16n8k8_tf32(Lane (&)[32], unsigned, size_t);
}  // namespace emu
inline void mma_m16n8k8(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2], const float (&c)[4],
                        emu::Loc w = emu::Loc::current()) {
  emu::MmaTf32In in{{a[0], a[1], a[2], a[3]}, {b[0], b[1]}, {c[0], c[1], c[2], c[3]}};
  emu::warp_collective(~0u, emu::exchange_mma_m16n8k8_tf32, &in, d, 0, sizeof in, w);
}
inline unsigned to_tf32(float x) { return (std::bit_cast<unsigned>(x) + 0x1000u) & ~0x1fffu; }
// wmma: the lane-to-element mapping is opaque by specification, so lane l simply holds elements
// [8l, 8l+8) of the row-major 16x16 tile. 16x16x16 tiles only; inputs are kept as float.
namespace nvcuda::wmma {
struct matrix_a {}; struct matrix_b {}; struct accumulator {}; struct row_major {}; struct col_major {};
enum layout_t { mem_row_major, mem_col_major };
template <class Use, int M, int N, int K, class T, class Layout = void>
struct fragment {
  static_assert(M == 16 && N == 16 && K == 16);
  static constexpr int num_elements = 8;
  static constexpr bool col = std::is_same_v<Layout, col_major>;
  float x[num_elements];
};
template <class F, class T> void fill_fragment(F& f, T v) { for (float& e : f.x) e = float(v); }
template <class F, class T> void load_matrix_sync(F& f, const T* p, unsigned ld, emu::Loc w = emu::Loc::current()) {
  for (int e = 0; e < 8; ++e) {
    unsigned i = emu::lane_id() * 8 + e, r = i / 16, c = i % 16;
    f.x[e] = float(F::col ? p[c * ld + r] : p[r * ld + c]);
  }
  __syncwarp(~0u, w);
}
template <class A, class B, class C> void mma_sync(C& d, const A& a, const B& b, const C& c, emu::Loc w = emu::Loc::current()) {
  emu::WmmaIn in{a.x, b.x, c.x, false, false};
  float out[8];
  emu::warp_collective(~0u, emu::exchange_wmma_16x16x16, &in, out, 0, sizeof out, w);
  for (int e = 0; e < 8; ++e) d.x[e] = out[e];
}
template <class F, class T> void store_matrix_sync(T* p, const F& f, unsigned ld, layout_t l, emu::Loc w = emu::Loc::current()) {
  for (int e = 0; e < 8; ++e) {
    unsigned i = emu::lane_id() * 8 + e, r = i / 16, c = i % 16;
    p[l == mem_row_major ? r * ld + c : c * ld + r] = T(f.x[e]);
  }
  __syncwarp(~0u, w);
}
}  // namespace nvcuda::wmma

// ---- cp.async: the copy really happens at the wait, so a forgotten wait reads stale bytes --------
namespace emu {
void cp_async_issue(void* dst, const void* src, size_t n);
void cp_async_commit();
void cp_async_wait(int pending);
}  // namespace emu
inline void cp_async16(void* smem, const void* global, bool wanted = true) { emu::cp_async_issue(smem, wanted ? global : nullptr, 16); }
inline void cp_async_commit() { emu::cp_async_commit(); }
template <int Pending> void cp_async_wait() { emu::cp_async_wait(Pending); }

// ---- launch ------------------------------------------------------------------------------------
namespace emu {
template <class... P, class... A>
cudaError_t launch(void (*kernel)(P...), dim3 grid, dim3 block, size_t smem, cudaStream_t stream, A&&... args) {
  static_assert(sizeof...(P) == sizeof...(A), "launch: wrong number of kernel arguments");
  std::tuple<P...> params(static_cast<P>(std::forward<A>(args))...);
  size_t i = 0;
  auto check = [&](auto& p) {
    if constexpr (std::is_pointer_v<std::remove_reference_t<decltype(p)>>) emu::check_device_pointer(p, i);
    ++i;
  };
  std::apply([&](P&... p) { (check(p), ...); }, params);
  return emu::launch_erased(grid, block, smem, stream, [=] { std::apply(kernel, params); });
}
}  // namespace emu
