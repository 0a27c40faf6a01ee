#include "kernels/emulation/tensor_cores.h"

namespace emu {
namespace {

// Where a lane's values lie (PTX ISA, "Matrix fragments for mma.m16n8k16" and "... mma.m16n8k8"): with
// group = lane / 4 and place = lane % 4, all three matrices are made of 8-row pieces whose row (column for b)
// is the group, and the place says which neighbours along the other axis.
struct Bfloat16 {
  static constexpr int depth = 16, per_register = 2;
  static float value(unsigned bits, int half) {
    return std::bit_cast<float>(half == 0 ? bits << 16 : bits & 0xffff0000u);
  }
};
struct TensorFloat32 {
  static constexpr int depth = 8, per_register = 1;
  static float value(unsigned bits, int) { return std::bit_cast<float>(bits & ~0x1fffu); }
};

// d = a * b + c, a 16 x depth, b depth x 8.
template <class Format>
void exchange_mma(Lanes& lanes, unsigned mask, size_t) {
  constexpr int depth = Format::depth, n = Format::per_register;
  if (mask != ~0u) fail("mma.sync needs a full warp");
  float a[16][depth], b[depth][8], c[16][8];
  for (int lane = 0; lane < 32; ++lane) {
    MmaRegisters in;
    copy_bytes(&in, lanes[lane].in, sizeof in);
    const int group = lane / 4, place = lane % 4;
    for (int i = 0; i < 4 * n; ++i)
      a[group + i / n % 2 * 8][place * n + i % n + i / n / 2 * (4 * n)] = Format::value(in.a[i / n], i % n);
    for (int i = 0; i < 2 * n; ++i)
      b[place * n + i % n + i / n * (4 * n)][group] = Format::value(in.b[i / n], i % n);
    for (int i = 0; i < 4; ++i) c[group + i / 2 * 8][place * 2 + i % 2] = in.c[i];
  }
  for (int lane = 0; lane < 32; ++lane) {
    float d[4];
    for (int i = 0; i < 4; ++i) {
      const int row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
      d[i] = c[row][column];
      for (int k = 0; k < depth; ++k) d[i] += a[row][k] * b[k][column];
    }
    copy_bytes(lanes[lane].out, d, sizeof d);
  }
}

}  // namespace

void exchange_mma_bf16(Lanes& lanes, unsigned mask, size_t bytes) {
  exchange_mma<Bfloat16>(lanes, mask, bytes);
}
void exchange_mma_tf32(Lanes& lanes, unsigned mask, size_t bytes) {
  exchange_mma<TensorFloat32>(lanes, mask, bytes);
}

}  // namespace emu
