// Tensor cores: the lanes' registers are put together to matrices, which one lane multiplies for all.
#pragma once
#include <bit>

#include "kernels/emulation/synchronization.h"

namespace emu {

// A lane's registers of one mma.sync.m16n8kK.
struct MmaRegisters {
  unsigned a[4], b[2];
  float c[4];
};
void exchange_mma_bf16(Lanes& lanes, unsigned mask, size_t bytes);  // m16n8k16, two values a register
void exchange_mma_tf32(Lanes& lanes, unsigned mask, size_t bytes);  // m16n8k8, one value a register

inline void mma(Exchange exchange, float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2],
                const float (&c)[4], CallSite where) {
  const MmaRegisters in{{a[0], a[1], a[2], a[3]}, {b[0], b[1]}, {c[0], c[1], c[2], c[3]}};
  warp_collective(~0u, exchange, &in, d, 0, sizeof in, where);
}

}  // namespace emu

inline void mma_m16n8k16(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2], const float (&c)[4],
                         emu::CallSite where = emu::CallSite::current()) {
  emu::mma(emu::exchange_mma_bf16, d, a, b, c, where);
}
inline void mma_m16n8k8(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2], const float (&c)[4],
                        emu::CallSite where = emu::CallSite::current()) {
  emu::mma(emu::exchange_mma_tf32, d, a, b, c, where);
}

// The nearest number with TF32's ten bits of mantissa, ties away from zero.
inline unsigned to_tf32(float x) { return (std::bit_cast<unsigned>(x) + 0x1000u) & ~0x1fffu; }
