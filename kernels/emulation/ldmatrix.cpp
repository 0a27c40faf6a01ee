#include "kernels/emulation/ldmatrix.h"

namespace emu {
namespace {

// Value `column` of a row of 16-bit values.
unsigned value(const MatrixRow& row, int column) {
  return row.pairs[column / 2] >> (column % 2 * 16) & 0xffffu;
}

template <class Pair>
void exchange(Lanes& lanes, const Pair& pair) {
  MatrixRow rows[32];
  for (int l = 0; l < 32; ++l) copy_bytes(&rows[l], lanes[l].in, sizeof rows[l]);
  for (int l = 0; l < 32; ++l) {
    unsigned received[4];
    for (int matrix = 0; matrix < 4; ++matrix) received[matrix] = pair(rows + 8 * matrix, l);
    copy_bytes(lanes[l].out, received, sizeof received);
  }
}

}  // namespace

void exchange_ldmatrix(Lanes& lanes, unsigned, size_t) {
  exchange(lanes, [](const MatrixRow* rows, int lane) { return rows[lane / 4].pairs[lane % 4]; });
}

void exchange_ldmatrix_transposed(Lanes& lanes, unsigned, size_t) {
  exchange(lanes, [](const MatrixRow* rows, int lane) {
    const int first = lane % 4 * 2;
    return value(rows[first], lane / 4) | value(rows[first + 1], lane / 4) << 16;
  });
}

}  // namespace emu
