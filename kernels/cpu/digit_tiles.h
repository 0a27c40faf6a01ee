// Products of integers on the tiles of Intel's AMX, for products of floats: a row of A and a column of B are
// scaled to integers of 24 bits, which are three digits of eight,
//
//   a = a0 * 2^16 + a1 * 2^8 + a2,  -128 <= digit <= 127,
//
// and all products of digits but the least, a2 b2, are summed, exactly, those of the same weight together:
//
//   sum a b  =  2^32 sum a0 b0  +  2^24 sum (a0 b1 + a1 b0)
//             + 2^16 sum (a0 b2 + a1 b1 + a2 b0)  +  2^8 sum (a1 b2 + a2 b1)
//
// so that what is lost is little more than the rounding to integers: 2^-24 of the largest number of the row or
// column. Ootomo, Ozaki & Yokota, "DGEMM on integer matrix multiplication unit" (2024), do it for double. A
// tile instruction does 1024 products of digits a cycle, a pair of vector instructions 32 of floats.
#pragma once
#include <cstdint>

namespace huegrad {

inline constexpr int64_t kTileSide = 16;   // rows of a tile of A, columns of one of B
inline constexpr int64_t kDigitStep = 64;  // of k that an instruction sums over
inline constexpr int64_t kDigits = 3, kOrders = 4;
inline constexpr int64_t kTileBytes = kTileSide * kDigitStep;
inline constexpr int64_t kStepBytes = kDigits * kTileBytes;
inline constexpr int64_t kTileSums = kOrders * kTileSide * kTileSide;

// Whether this processor has such tiles and the system lets us use them.
bool has_digit_tiles();

// A tile of rows of A and one of columns of B: for every step, for every digit, the most significant first,
//   A[row][k % 64],  B[k % 64 / 4][column][k % 4].
struct DigitProduct {
  const int8_t *a, *b;
  int64_t steps;
  const int8_t* ahead;  // memory that is needed next ...
  int64_t ahead_bytes;  // ... so much of it at every step
  int32_t* sums;        // (orders, 16, 16)
};

// While it lives, the calling thread's tiles are set up. Where the processor has none, products are computed
// by the definition, to the same bits.
class DigitTiles {
 public:
  DigitTiles();
  ~DigitTiles();
  DigitTiles(const DigitTiles&) = delete;
  void multiply(const DigitProduct& product) const;

 private:
  const bool on_tiles_ = has_digit_tiles();
};

void multiply_digits_plainly(const DigitProduct& product);  // the definition

}  // namespace huegrad
