#include "kernels/cpu/digit_tiles.h"

#include <algorithm>

#if defined(__x86_64__) && defined(__linux__)
#define HUEGRAD_COMPILES_TILES 1
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace huegrad {

void multiply_digits_plainly(const DigitProduct& p) {
  std::fill_n(p.sums, kTileSums, 0);
  for (int64_t step = 0; step < p.steps; ++step)
    for (int64_t order = 0; order < kOrders; ++order)
      for (int64_t digit = std::max<int64_t>(0, order + 1 - kDigits); digit < std::min(order + 1, kDigits);
           ++digit) {
        const int8_t* a = p.a + step * kStepBytes + digit * kTileBytes;
        const int8_t* b = p.b + step * kStepBytes + (order - digit) * kTileBytes;
        int32_t* sums = p.sums + order * kTileSide * kTileSide;
        for (int64_t i = 0; i < kTileSide; ++i)
          for (int64_t j = 0; j < kTileSide; ++j)
            for (int64_t k = 0; k < kDigitStep; ++k)
              sums[i * kTileSide + j] += a[i * kDigitStep + k] * b[(k / 4 * kTileSide + j) * 4 + k % 4];
      }
}

#ifdef HUEGRAD_COMPILES_TILES
#define HUEGRAD_TILES __attribute__((target("amx-tile,amx-int8")))

namespace {

// What _tile_loadconfig reads: eight tiles of 16 rows of 64 bytes.
struct alignas(64) TileConfiguration {
  uint8_t palette = 1, start_row = 0, reserved[14] = {};
  uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
static_assert(sizeof(TileConfiguration) == 64);

bool processor_has_tiles() {
  constexpr unsigned kTilesOfIntegers = 1u << 24 | 1u << 25;  // amx-tile, amx-int8
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (edx & kTilesOfIntegers) == kTilesOfIntegers;
}

// Linux saves the tiles only of a process that asked for them.
bool system_saves_tiles() {
  constexpr long kRequestPermission = 0x1023, kTileData = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

HUEGRAD_TILES void set_up_tiles() {
  // Static, because GCC 12 believes that the instruction reads eight bytes and drops the rest of a local one.
  static constexpr TileConfiguration kConfiguration;
  _tile_loadconfig(&kConfiguration);
}

HUEGRAD_TILES void release_tiles() { _tile_release(); }

// Tiles 0 and 1 are two of the orders, 2 a digit of A, 3 one of B: the last orders of all steps, then the
// first. Each product but the first of a step loads one digit, not both. The other four tiles stay zero: two
// threads of a core share the registers behind the tiles, and where nearly all are in use, every load waits
// for the product before it (benchmarks/NOTES.md).
HUEGRAD_TILES void multiply_on_tiles(const DigitProduct& p) {
  constexpr int64_t kRow = kDigitStep, kOrder = kTileSide * kTileSide;
  const int8_t *a = p.a, *b = p.b, *ahead = p.ahead;
  _tile_zero(0);
  _tile_zero(1);
  for (int64_t step = 0; step < p.steps; ++step, a += kStepBytes, b += kStepBytes) {
    for (const int8_t* last = ahead + p.ahead_bytes; ahead < last; ahead += 64)
      _mm_prefetch(reinterpret_cast<const char*>(ahead), _MM_HINT_T1);
    _tile_loadd(2, a + 2 * kTileBytes, kRow);
    _tile_loadd(3, b, kRow);
    _tile_dpbssd(0, 2, 3);
    _tile_loadd(3, b + kTileBytes, kRow);
    _tile_dpbssd(1, 2, 3);
    _tile_loadd(2, a + kTileBytes, kRow);
    _tile_dpbssd(0, 2, 3);
    _tile_loadd(3, b + 2 * kTileBytes, kRow);
    _tile_dpbssd(1, 2, 3);
    _tile_loadd(2, a, kRow);
    _tile_dpbssd(0, 2, 3);
  }
  _tile_stored(0, p.sums + 2 * kOrder, kRow);
  _tile_stored(1, p.sums + 3 * kOrder, kRow);
  _tile_zero(0);
  _tile_zero(1);
  a = p.a;
  b = p.b;
  for (int64_t step = 0; step < p.steps; ++step, a += kStepBytes, b += kStepBytes) {
    _tile_loadd(2, a + kTileBytes, kRow);
    _tile_loadd(3, b, kRow);
    _tile_dpbssd(1, 2, 3);
    _tile_loadd(2, a, kRow);
    _tile_dpbssd(0, 2, 3);
    _tile_loadd(3, b + kTileBytes, kRow);
    _tile_dpbssd(1, 2, 3);
  }
  _tile_stored(0, p.sums, kRow);
  _tile_stored(1, p.sums + kOrder, kRow);
}

}  // namespace

bool has_digit_tiles() {
  static const bool has = processor_has_tiles() && system_saves_tiles();
  return has;
}

DigitTiles::DigitTiles() {
  if (on_tiles_) set_up_tiles();
}

DigitTiles::~DigitTiles() {
  if (on_tiles_) release_tiles();
}

void DigitTiles::multiply(const DigitProduct& product) const {
  on_tiles_ ? multiply_on_tiles(product) : multiply_digits_plainly(product);
}

#else

bool has_digit_tiles() { return false; }
DigitTiles::DigitTiles() {}
DigitTiles::~DigitTiles() {}
void DigitTiles::multiply(const DigitProduct& product) const { multiply_digits_plainly(product); }

#endif

}  // namespace huegrad
