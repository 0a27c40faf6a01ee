// ldmatrix (PTX ISA, "Warp-level matrix load instruction"): lane l names row l % 8 of 8x8 matrix l / 8 of
// 16-bit values, and receives of each matrix the pair of values 2 (l % 4) of row l / 4, or transposed.
#pragma once
#include <cstdint>

#include "kernels/emulation/synchronization.h"

namespace emu {

struct MatrixRow {
  unsigned pairs[4];
};
void exchange_ldmatrix(Lanes& lanes, unsigned mask, size_t bytes);
void exchange_ldmatrix_transposed(Lanes& lanes, unsigned mask, size_t bytes);

// Every lane reads its row itself, so that sanitizers see who reads what.
inline void ldmatrix(Exchange exchange, unsigned (&d)[4], const void* row, CallSite where) {
  if (reinterpret_cast<uintptr_t>(row) % sizeof(MatrixRow) != 0)
    fail("%s: ldmatrix of a row that is not aligned", where.text().c_str());
  const MatrixRow in = *static_cast<const MatrixRow*>(row);
  warp_collective(~0u, exchange, &in, d, 0, sizeof in, where);
}

}  // namespace emu

inline void ldmatrix_x4(unsigned (&d)[4], const void* row, emu::CallSite where = emu::CallSite::current()) {
  emu::ldmatrix(emu::exchange_ldmatrix, d, row, where);
}
inline void ldmatrix_x4_transposed(unsigned (&d)[4], const void* row,
                                   emu::CallSite where = emu::CallSite::current()) {
  emu::ldmatrix(emu::exchange_ldmatrix_transposed, d, row, where);
}
