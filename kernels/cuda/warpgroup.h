// Matrix products of four warps together whose operands lie in shared memory (PTX ISA, "Asynchronous
// warpgroup level matrix multiply-accumulate"): what an H100's tensor cores need to be busy all the time.
// They exist for sm_90a alone; elsewhere a kernel that uses them stops. Part of the vocabulary of device.h,
// with a twin in kernels/emulation/warpgroup.h.
#pragma once
#include "kernels/cuda/device.h"

namespace huegrad::cuda {

// Whether this build has them at all: kernels/cuda.cmake says for which cards it compiles.
#if defined(__CUDACC__) && !defined(HUEGRAD_SM_90A)
constexpr bool kHasWarpgroups = false;
#else
constexpr bool kHasWarpgroups = true;
#endif

#ifdef __CUDACC__

#if defined(__CUDA_ARCH_FEAT_SM90_ALL) || !defined(__CUDA_ARCH__)
#define HUEGRAD_WARPGROUP_ASM(...) asm volatile(__VA_ARGS__)
#else
#define HUEGRAD_WARPGROUP_ASM(...) __trap()
#endif

// A matrix of bfloat16 or float values in shared memory, in lines of 128 bytes whose 16-byte pieces lie where
// tile_operands.h says, the first of eight lines at a multiple of 1024 bytes:
//   depth contiguous   eight rows are eight lines; the next eight follow stride_bytes later
//   rows contiguous    (bfloat16 only) 64 rows of a k are a line, eight k are eight lines; the next eight k
//                      follow stride_bytes later, the next 64 rows leading_bytes later
struct SharedMatrix {
  uint64_t descriptor;
};
__device__ __forceinline__ SharedMatrix shared_matrix(const void* start, int leading_bytes,
                                                      int stride_bytes) {
  constexpr uint64_t kSwizzle128 = uint64_t(1) << 62;
  const auto sixteenths = [](uint64_t bytes) { return bytes >> 4 & 0x3fff; };
  return {sixteenths(__cvta_generic_to_shared(start)) | sixteenths(uint64_t(leading_bytes)) << 16 |
          sixteenths(uint64_t(stride_bytes)) << 32 | kSwizzle128};
}
// The matrix that begins so many bytes behind this one.
__device__ __forceinline__ SharedMatrix advanced(const SharedMatrix& matrix, int bytes) {
  return {matrix.descriptor + uint64_t(bytes >> 4)};
}

// What this thread has written to shared memory may be read by products, after a barrier.
__device__ __forceinline__ void publish_shared() {
  HUEGRAD_WARPGROUP_ASM("fence.proxy.async.shared::cta;" ::: "memory");
}
// Before the first product after the thread's registers were touched.
__device__ __forceinline__ void warpgroup_begin() {
  HUEGRAD_WARPGROUP_ASM("wgmma.fence.sync.aligned;" ::: "memory");
}
__device__ __forceinline__ void warpgroup_commit() {
  HUEGRAD_WARPGROUP_ASM("wgmma.commit_group.sync.aligned;" ::: "memory");
}
// Waits until at most Pending of the committed groups of products are under way.
template <int Pending>
__device__ __forceinline__ void warpgroup_wait() {
  HUEGRAD_WARPGROUP_ASM("wgmma.wait_group.sync.aligned %0;" ::"n"(Pending) : "memory");
}
// The compiler does not know that a wait changes results: it may not move their use before this.
__device__ __forceinline__ void warpgroup_settle(float& value) {
  HUEGRAD_WARPGROUP_ASM("" : "+f"(value)::"memory");
}

// d = a (64 x depth) * b (depth x columns), plus d if `add`, begun and not waited for: d (columns / 8, 4), of
// which a warp has 16 rows as mma_m16n8k16 would have them. Between this and the wait nobody may touch d or
// what the matrices lie in. Where anything but a product has written d, the compiler waits for each product:
// so sums begin with one that does not add.
//
//   warpgroup_product_bfloat16   16 deep
//   warpgroup_product_tf32       8 deep, of floats, whose last 13 bits it does not see
// clang-format off
#define HUEGRAD_PIECE(j) "+f"(d[j][0]), "+f"(d[j][1]), "+f"(d[j][2]), "+f"(d[j][3])
#define HUEGRAD_PIECES_8 \
  HUEGRAD_PIECE(0), HUEGRAD_PIECE(1), HUEGRAD_PIECE(2), HUEGRAD_PIECE(3), \
  HUEGRAD_PIECE(4), HUEGRAD_PIECE(5), HUEGRAD_PIECE(6), HUEGRAD_PIECE(7)
#define HUEGRAD_NAMES_8 \
  "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, " \
  "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31"
#define HUEGRAD_PIECES_16 \
  HUEGRAD_PIECES_8, \
  HUEGRAD_PIECE(8), HUEGRAD_PIECE(9), HUEGRAD_PIECE(10), HUEGRAD_PIECE(11), \
  HUEGRAD_PIECE(12), HUEGRAD_PIECE(13), HUEGRAD_PIECE(14), HUEGRAD_PIECE(15)
#define HUEGRAD_NAMES_16 \
  "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, " \
  "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, " \
  "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, " \
  "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
#define HUEGRAD_PIECES_32 \
  HUEGRAD_PIECES_16, \
  HUEGRAD_PIECE(16), HUEGRAD_PIECE(17), HUEGRAD_PIECE(18), HUEGRAD_PIECE(19), \
  HUEGRAD_PIECE(20), HUEGRAD_PIECE(21), HUEGRAD_PIECE(22), HUEGRAD_PIECE(23), \
  HUEGRAD_PIECE(24), HUEGRAD_PIECE(25), HUEGRAD_PIECE(26), HUEGRAD_PIECE(27), \
  HUEGRAD_PIECE(28), HUEGRAD_PIECE(29), HUEGRAD_PIECE(30), HUEGRAD_PIECE(31)
#define HUEGRAD_NAMES_32 \
  "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, " \
  "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, " \
  "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, " \
  "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63, " \
  "%64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79, " \
  "%80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95, " \
  "%96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111, " \
  "%112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127"
template <bool a_rows_contiguous, bool b_columns_contiguous>
__device__ __forceinline__ void warpgroup_product_bfloat16(float (&d)[8][4], const SharedMatrix& a,
                                                       const SharedMatrix& b, bool add) {
  HUEGRAD_WARPGROUP_ASM(
      "{\n.reg .pred add;\nsetp.ne.b32 add, %34, 0;\n"
      "wgmma.mma_async.sync.aligned.m64n64k16.f32.bf16.bf16 {" HUEGRAD_NAMES_8 "}, "
      "%32, %33, add, 1, 1, %35, %36;\n}"
      : HUEGRAD_PIECES_8
      : "l"(a.descriptor), "l"(b.descriptor), "r"(int(add)),
        "n"(int(a_rows_contiguous)), "n"(int(b_columns_contiguous)));
}
template <bool a_rows_contiguous, bool b_columns_contiguous>
__device__ __forceinline__ void warpgroup_product_bfloat16(float (&d)[16][4], const SharedMatrix& a,
                                                       const SharedMatrix& b, bool add) {
  HUEGRAD_WARPGROUP_ASM(
      "{\n.reg .pred add;\nsetp.ne.b32 add, %66, 0;\n"
      "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {" HUEGRAD_NAMES_16 "}, "
      "%64, %65, add, 1, 1, %67, %68;\n}"
      : HUEGRAD_PIECES_16
      : "l"(a.descriptor), "l"(b.descriptor), "r"(int(add)),
        "n"(int(a_rows_contiguous)), "n"(int(b_columns_contiguous)));
}
template <bool a_rows_contiguous, bool b_columns_contiguous>
__device__ __forceinline__ void warpgroup_product_bfloat16(float (&d)[32][4], const SharedMatrix& a,
                                                       const SharedMatrix& b, bool add) {
  HUEGRAD_WARPGROUP_ASM(
      "{\n.reg .pred add;\nsetp.ne.b32 add, %130, 0;\n"
      "wgmma.mma_async.sync.aligned.m64n256k16.f32.bf16.bf16 {" HUEGRAD_NAMES_32 "}, "
      "%128, %129, add, 1, 1, %131, %132;\n}"
      : HUEGRAD_PIECES_32
      : "l"(a.descriptor), "l"(b.descriptor), "r"(int(add)),
        "n"(int(a_rows_contiguous)), "n"(int(b_columns_contiguous)));
}
__device__ __forceinline__ void warpgroup_product_tf32(float (&d)[8][4], const SharedMatrix& a,
                                                   const SharedMatrix& b, bool add) {
  HUEGRAD_WARPGROUP_ASM(
      "{\n.reg .pred add;\nsetp.ne.b32 add, %34, 0;\n"
      "wgmma.mma_async.sync.aligned.m64n64k8.f32.tf32.tf32 {" HUEGRAD_NAMES_8 "}, "
      "%32, %33, add, 1, 1;\n}"
      : HUEGRAD_PIECES_8
      : "l"(a.descriptor), "l"(b.descriptor), "r"(int(add)));
}
__device__ __forceinline__ void warpgroup_product_tf32(float (&d)[16][4], const SharedMatrix& a,
                                                   const SharedMatrix& b, bool add) {
  HUEGRAD_WARPGROUP_ASM(
      "{\n.reg .pred add;\nsetp.ne.b32 add, %66, 0;\n"
      "wgmma.mma_async.sync.aligned.m64n128k8.f32.tf32.tf32 {" HUEGRAD_NAMES_16 "}, "
      "%64, %65, add, 1, 1;\n}"
      : HUEGRAD_PIECES_16
      : "l"(a.descriptor), "l"(b.descriptor), "r"(int(add)));
}
__device__ __forceinline__ void warpgroup_product_tf32(float (&d)[32][4], const SharedMatrix& a,
                                                   const SharedMatrix& b, bool add) {
  HUEGRAD_WARPGROUP_ASM(
      "{\n.reg .pred add;\nsetp.ne.b32 add, %130, 0;\n"
      "wgmma.mma_async.sync.aligned.m64n256k8.f32.tf32.tf32 {" HUEGRAD_NAMES_32 "}, "
      "%128, %129, add, 1, 1;\n}"
      : HUEGRAD_PIECES_32
      : "l"(a.descriptor), "l"(b.descriptor), "r"(int(add)));
}
// clang-format on
#undef HUEGRAD_PIECES_8
#undef HUEGRAD_NAMES_8
#undef HUEGRAD_PIECES_16
#undef HUEGRAD_NAMES_16
#undef HUEGRAD_PIECES_32
#undef HUEGRAD_NAMES_32
#undef HUEGRAD_PIECE
#undef HUEGRAD_WARPGROUP_ASM

#else

using ::advanced;
using ::publish_shared;
using ::shared_matrix;
using ::SharedMatrix;
using ::warpgroup_begin;
using ::warpgroup_commit;
using ::warpgroup_product_bfloat16;
using ::warpgroup_product_tf32;
using ::warpgroup_settle;
using ::warpgroup_wait;

#endif

}  // namespace huegrad::cuda
