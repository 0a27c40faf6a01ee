// wgmma (PTX ISA, "Asynchronous warpgroup level matrix multiply-accumulate"): four warps multiply matrices of
// bfloat16 or TF32 values that lie in shared memory. A product is computed at the wait for it and not before,
// so a forgotten wait gives what was there, and so does overwriting an operand too early. Every thread
// computes its own values from shared memory itself, so that sanitizers see who reads what.
#pragma once
#include <bit>
#include <cstdint>

#include "kernels/emulation/call_site.h"
#include "kernels/emulation/keywords.h"

// The canonical layouts with swizzling of 128 bytes: lines of 128 bytes whose 16-byte pieces change places by
// the three address bits above them.
//   depth contiguous   eight rows are eight lines; the next eight follow stride_bytes later
//   rows contiguous    (bfloat16 only) 64 rows of a k are a line, eight k are eight lines;
//                      the next eight k follow stride_bytes later, the next 64 rows
//                      leading_bytes later
struct SharedMatrix {
  const unsigned char* start;
  int leading_bytes, stride_bytes;
};

inline SharedMatrix shared_matrix(const void* start, int leading_bytes, int stride_bytes) {
  return {static_cast<const unsigned char*>(start), leading_bytes, stride_bytes};
}
inline SharedMatrix advanced(const SharedMatrix& matrix, int bytes) {
  return {matrix.start + bytes, matrix.leading_bytes, matrix.stride_bytes};
}

namespace emu {

using ProductOfThread = void (*)(float* d, const SharedMatrix& a, const SharedMatrix& b, bool add);

void warpgroup_product(ProductOfThread product, float* d, const SharedMatrix& a, const SharedMatrix& b,
                       bool add);
void warpgroup_commit();
void warpgroup_wait(int pending);

// A value `bytes` behind the beginning of line `line`.
template <class Bits>
Bits bits_at(const SharedMatrix& m, int line, int bytes) {
  const auto address = reinterpret_cast<uintptr_t>(m.start) + uintptr_t(line) + uintptr_t(bytes);
  return *reinterpret_cast<const Bits*>(address ^ (address >> 7 & 7) << 4);
}
inline int line_of_row(const SharedMatrix& m, int row) { return row / 8 * m.stride_bytes + row % 8 * 128; }

template <bool rows_contiguous>
struct Bfloat16Values {
  static constexpr int depth = 16;
  static float at(const SharedMatrix& m, int row, int k) {
    const int line = rows_contiguous ? row / 64 * m.leading_bytes + k / 8 * m.stride_bytes + k % 8 * 128
                                     : line_of_row(m, row);
    return std::bit_cast<float>(unsigned(bits_at<uint16_t>(m, line, 2 * (rows_contiguous ? row % 64 : k)))
                                << 16);
  }
};
// Floats, of which the tensor cores see the first ten bits of the mantissa.
struct TensorFloat32Values {
  static constexpr int depth = 8;
  static float at(const SharedMatrix& m, int row, int k) {
    return std::bit_cast<float>(bits_at<unsigned>(m, line_of_row(m, row), 4 * k) & ~0x1fffu);
  }
};

// A warp has 16 rows of the 64; its values lie as those of mma.m16n8k16, eight columns after eight.
template <int columns, class A, class B>
void product_of_thread(float* d, const SharedMatrix& a, const SharedMatrix& b, bool add) {
  constexpr int depth = A::depth;
  const int lane = int(threadIdx.x % 32), first_row = int(threadIdx.x / 32 % 4) * 16 + lane / 4;
  float rows[2][depth];
  for (int i = 0; i < 2; ++i)
    for (int k = 0; k < depth; ++k) rows[i][k] = A::at(a, first_row + 8 * i, k);
  for (int first = 0; first < columns; first += 8)
    for (int j = 0; j < 2; ++j) {
      float sums[2] = {};
      for (int k = 0; k < depth; ++k) {
        const float factor = B::at(b, first + lane % 4 * 2 + j, k);
        for (int i = 0; i < 2; ++i) sums[i] += rows[i][k] * factor;
      }
      for (int i = 0; i < 2; ++i) {
        float& result = d[first / 2 + 2 * i + j];
        result = add ? result + sums[i] : sums[i];
      }
    }
}

}  // namespace emu

inline void publish_shared() {}
inline void warpgroup_begin() {}
inline void warpgroup_settle(float&) {}

// d (columns / 8, 4) = a (64 x depth) * b (depth x columns), plus d if `add`.
template <bool a_rows_contiguous, bool b_columns_contiguous, int pieces>
void warpgroup_product_bfloat16(float (&d)[pieces][4], const SharedMatrix& a, const SharedMatrix& b,
                                bool add) {
  using emu::Bfloat16Values;
  emu::warpgroup_product(emu::product_of_thread<8 * pieces, Bfloat16Values<a_rows_contiguous>,
                                                Bfloat16Values<b_columns_contiguous>>,
                         &d[0][0], a, b, add);
}
template <int pieces>
void warpgroup_product_tf32(float (&d)[pieces][4], const SharedMatrix& a, const SharedMatrix& b, bool add) {
  using emu::TensorFloat32Values;
  emu::warpgroup_product(emu::product_of_thread<8 * pieces, TensorFloat32Values, TensorFloat32Values>,
                         &d[0][0], a, b, add);
}
inline void warpgroup_commit() { emu::warpgroup_commit(); }
template <int Pending>
void warpgroup_wait() {
  emu::warpgroup_wait(Pending);
}
