// Products of warpgroups, of operands in either order: what PTX says they give, and what goes wrong when
// their wait is missing or comes too late.
#include "tests/emulation/planted_bug.h"

namespace planted {
namespace {

constexpr int kRows = 64, kColumns = 64, kDepth = 16, kLine = 128, kPack = 16, kLines = 8;

float left(int row, int k) { return float((row + 2 * k) % 7 - 3); }
float right(int column, int k) { return float((3 * column + k) % 5 - 2); }

// The place of value `at` of line `line`, in 16-bit values: 16-byte pieces are exchanged within their line.
int place(int line, int at) {
  const int in_pack = kPack / 2;
  return line * kLine / 2 + (at / in_pack ^ line % kLines) * in_pack + at % in_pack;
}

void put(uint16_t* matrix, bool rows_contiguous, int row, int k, float value) {
  matrix[rows_contiguous ? place(k, row) : place(row, k)] =
      uint16_t(std::bit_cast<unsigned>(value) >> 16);  // small integers are exact
}

template <bool rows_contiguous>
__global__ void multiply(float* y, bool wait, bool keep_operand) {
  constexpr int stride = kLines * kLine;
  auto* a = dynamic_shared<uint16_t>();
  uint16_t* b = a + kRows * kLine / 2;
  const int thread = int(threadIdx.x);
  for (int i = thread; i < kRows * kDepth; i += 128) {
    put(a, rows_contiguous, i / kDepth, i % kDepth, left(i / kDepth, i % kDepth));
    put(b, rows_contiguous, i / kDepth, i % kDepth, right(i / kDepth, i % kDepth));
  }
  publish_shared();
  __syncthreads();
  float d[kColumns / 8][4] = {};
  warpgroup_begin();
  warpgroup_product_bfloat16<rows_contiguous, rows_contiguous>(d, shared_matrix(a, 0, stride),
                                                               shared_matrix(b, 0, stride), true);
  warpgroup_commit();
  const int row = thread / 32 * 16 + thread % 32 / 4;
  if (!keep_operand)
    for (int k = 0; k < kDepth; ++k) put(a, rows_contiguous, row, k, 0);
  if (wait) warpgroup_wait<0>();
  for (int n = 0; n < kColumns / 8; ++n)
    for (int i = 0; i < 4; ++i) y[(row + i / 2 * 8) * kColumns + 8 * n + thread % 4 * 2 + i % 2] = d[n][i];
  warpgroup_wait<0>();
}

template <bool rows_contiguous>
bool multiplies(bool wait, bool keep_operand) {
  const Values y(kRows * kColumns);
  launch(multiply<rows_contiguous>, 1, 128, 2 * kRows * kLine, y.data(), wait, keep_operand);
  const std::vector<float> result = y.read();
  for (int row = 0; row < kRows; ++row)
    for (int column = 0; column < kColumns; ++column) {
      float sum = 0;
      for (int k = 0; k < kDepth; ++k) sum += left(row, k) * right(column, k);
      if (result[size_t(row * kColumns + column)] != sum) return false;
    }
  return true;
}

}  // namespace

Programs warpgroups() {
  return {{"product_without_wait", [](bool bug) { return multiplies<false>(!bug, true); }},
          {"operand_changed_before_wait", [](bool bug) { return multiplies<true>(true, !bug); }}};
}

}  // namespace planted
