// The one-dimensional maps of Winograd's minimal filtering F(m, r), named as in winograd_transforms.h. Row i
// of A, B and G belongs to the i-th point: those of F(4, 3) are 0, 1, -1, infinity, 2 and -2. Compiled once
// per instruction set: include it after hwy/highway.h in a file that hwy/foreach_target.h re-includes.
#if defined(HUEGRAD_KERNELS_CPU_WINOGRAD_LINES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HUEGRAD_KERNELS_CPU_WINOGRAD_LINES_INL_H_
#undef HUEGRAD_KERNELS_CPU_WINOGRAD_LINES_INL_H_
#else
#define HUEGRAD_KERNELS_CPU_WINOGRAD_LINES_INL_H_
#endif

#include <hwy/highway.h>

#include "kernels/cpu/gemm_tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {

HWY_INLINE Vector times(float factor, Vector value) { return hn::Mul(hn::Set(kTag, factor), value); }
HWY_INLINE Vector plus_times(Vector sum, float factor, Vector value) {
  return hn::MulAdd(hn::Set(kTag, factor), value, sum);
}

// F(2, 3) at the first four points of F(4, 3), with the same G: kernels that are transformed for that are for
// this as well.
struct Lines2x3 {
  struct Input {
    static constexpr int kIn = 4, kOut = 4;
    static HWY_INLINE void apply(const Vector* d, int from, Vector* o, int to) {
      const Vector d1 = d[from], d2 = d[2 * from];
      o[0] = times(4, hn::Sub(d[0], d2));
      o[to] = times(-3, hn::Add(d1, d2));
      o[2 * to] = times(3, hn::Sub(d1, d2));
      o[3 * to] = hn::Sub(d[3 * from], d1);
    }
  };

  struct Output {
    static constexpr int kIn = 4, kOut = 2;
    static HWY_INLINE void apply(const Vector* m, int from, Vector* o, int to) {
      const Vector m1 = m[from], m2 = m[2 * from];
      o[0] = hn::Add(m[0], hn::Add(m1, m2));
      o[to] = hn::Add(hn::Sub(m1, m2), m[3 * from]);
    }
  };

  struct OutputGradient {
    static constexpr int kIn = 2, kOut = 4;
    static HWY_INLINE void apply(const Vector* d, int from, Vector* o, int to) {
      o[0] = d[0];
      o[to] = hn::Add(d[0], d[from]);
      o[2 * to] = hn::Sub(d[0], d[from]);
      o[3 * to] = d[from];
    }
  };
};

// F(4, 3).
struct Lines4x3 {
  using Rest = Lines2x3;  // of its smaller tiles

  struct Input {  // B^T
    static constexpr int kIn = 6, kOut = 6;
    static HWY_INLINE void apply(const Vector* d, int from, Vector* o, int to) {
      const Vector d0 = d[0], d1 = d[from], d2 = d[2 * from], d3 = d[3 * from], d4 = d[4 * from];
      const Vector even = plus_times(d4, -4, d2), odd = plus_times(d3, -4, d1);
      const Vector even2 = hn::Sub(d4, d2), odd2 = times(2, hn::Sub(d3, d1));
      o[0] = plus_times(plus_times(d4, -5, d2), 4, d0);
      o[to] = hn::Add(even, odd);
      o[2 * to] = hn::Sub(even, odd);
      o[3 * to] = plus_times(plus_times(d[5 * from], -5, d3), 4, d1);
      o[4 * to] = hn::Add(even2, odd2);
      o[5 * to] = hn::Sub(even2, odd2);
    }
  };

  struct Output {  // A^T
    static constexpr int kIn = 6, kOut = 4;
    static HWY_INLINE void apply(const Vector* m, int from, Vector* o, int to) {
      const Vector sum1 = hn::Add(m[from], m[2 * from]), difference1 = hn::Sub(m[from], m[2 * from]);
      const Vector sum2 = hn::Add(m[4 * from], m[5 * from]), difference2 = hn::Sub(m[4 * from], m[5 * from]);
      o[0] = hn::Add(m[0], hn::Add(sum1, sum2));
      o[to] = plus_times(difference1, 2, difference2);
      o[2 * to] = plus_times(sum1, 4, sum2);
      o[3 * to] = hn::Add(plus_times(difference1, 8, difference2), m[3 * from]);
    }
  };

  struct OutputGradient {  // A
    static constexpr int kIn = 4, kOut = 6;
    static HWY_INLINE void apply(const Vector* d, int from, Vector* o, int to) {
      const Vector d0 = d[0], d1 = d[from], d2 = d[2 * from], d3 = d[3 * from];
      const Vector even = hn::Add(d0, d2), odd = hn::Add(d1, d3);
      const Vector even2 = plus_times(d0, 4, d2), odd2 = plus_times(times(2, d1), 8, d3);
      o[0] = d0;
      o[to] = hn::Add(even, odd);
      o[2 * to] = hn::Sub(even, odd);
      o[3 * to] = d3;
      o[4 * to] = hn::Add(even2, odd2);
      o[5 * to] = hn::Sub(even2, odd2);
    }
  };

  struct Kernel {  // G
    static constexpr int kIn = 3, kOut = 6;
    static HWY_INLINE void apply(const Vector* g, int from, Vector* o, int to) {
      const Vector g0 = g[0], g1 = g[from], g2 = g[2 * from];
      const Vector outer = times(-1.0f / 6, hn::Add(g0, g2)), inner = times(1.0f / 6, g1);
      const Vector outer2 = plus_times(times(1.0f / 6, g2), 1.0f / 24, g0), inner2 = times(1.0f / 12, g1);
      o[0] = times(0.25f, g0);
      o[to] = hn::Sub(outer, inner);
      o[2 * to] = hn::Add(outer, inner);
      o[3 * to] = g2;
      o[4 * to] = hn::Add(outer2, inner2);
      o[5 * to] = hn::Sub(outer2, inner2);
    }
  };

  struct KernelGradient {  // G^T
    static constexpr int kIn = 6, kOut = 3;
    static HWY_INLINE void apply(const Vector* u, int from, Vector* o, int to) {
      const Vector sum1 = hn::Add(u[from], u[2 * from]), difference1 = hn::Sub(u[2 * from], u[from]);
      const Vector sum2 = hn::Add(u[4 * from], u[5 * from]), difference2 = hn::Sub(u[4 * from], u[5 * from]);
      o[0] = plus_times(plus_times(times(0.25f, u[0]), -1.0f / 6, sum1), 1.0f / 24, sum2);
      o[to] = plus_times(times(1.0f / 6, difference1), 1.0f / 12, difference2);
      o[2 * to] = plus_times(u[3 * from], 1.0f / 6, hn::Sub(sum2, sum1));
    }
  };
};

// F(4, 2): the points 0, 1, -1, 2 and infinity. y_i = d_i g0 + d_(i+1) g1.
struct Lines4x2 {
  using Rest = Lines4x2;  // no smaller tiles

  struct Input {
    static constexpr int kIn = 5, kOut = 5;
    static HWY_INLINE void apply(const Vector* d, int from, Vector* o, int to) {
      const Vector d1 = d[from], d2 = d[2 * from], d3 = d[3 * from];
      const Vector difference = hn::Sub(d3, d1), middle = hn::Sub(d3, d2);
      o[0] = plus_times(difference, 2, hn::Sub(d[0], d2));
      o[to] = plus_times(middle, -2, d1);
      o[2 * to] = plus_times(middle, 2, hn::Sub(d1, d2));
      o[3 * to] = difference;
      o[4 * to] = plus_times(hn::Sub(d[4 * from], d2), -2, difference);
    }
  };

  struct Output {
    static constexpr int kIn = 5, kOut = 4;
    static HWY_INLINE void apply(const Vector* m, int from, Vector* o, int to) {
      const Vector sum = hn::Add(m[from], m[2 * from]), difference = hn::Sub(m[from], m[2 * from]);
      const Vector m3 = m[3 * from];
      o[0] = hn::Add(m[0], hn::Add(sum, m3));
      o[to] = plus_times(difference, 2, m3);
      o[2 * to] = plus_times(sum, 4, m3);
      o[3 * to] = hn::Add(plus_times(difference, 8, m3), m[4 * from]);
    }
  };

  struct OutputGradient {
    static constexpr int kIn = 4, kOut = 5;
    static HWY_INLINE void apply(const Vector* d, int from, Vector* o, int to) {
      const Vector d0 = d[0], d1 = d[from], d2 = d[2 * from], d3 = d[3 * from];
      const Vector even = hn::Add(d0, d2), odd = hn::Add(d1, d3);
      o[0] = d0;
      o[to] = hn::Add(even, odd);
      o[2 * to] = hn::Sub(even, odd);
      o[3 * to] = plus_times(plus_times(plus_times(d0, 2, d1), 4, d2), 8, d3);
      o[4 * to] = d3;
    }
  };

  struct Kernel {
    static constexpr int kIn = 2, kOut = 5;
    static HWY_INLINE void apply(const Vector* g, int from, Vector* o, int to) {
      const Vector g0 = g[0], g1 = g[from];
      o[0] = times(0.5f, g0);
      o[to] = times(-0.5f, hn::Add(g0, g1));
      o[2 * to] = times(1.0f / 6, hn::Sub(g1, g0));
      o[3 * to] = plus_times(times(1.0f / 6, g0), 1.0f / 3, g1);
      o[4 * to] = g1;
    }
  };

  struct KernelGradient {
    static constexpr int kIn = 5, kOut = 2;
    static HWY_INLINE void apply(const Vector* u, int from, Vector* o, int to) {
      const Vector half = times(-0.5f, u[from]), u2 = u[2 * from], u3 = u[3 * from];
      o[0] = plus_times(plus_times(half, 0.5f, u[0]), 1.0f / 6, hn::Sub(u3, u2));
      o[to] = plus_times(plus_times(hn::Add(half, u[4 * from]), 1.0f / 6, u2), 1.0f / 3, u3);
    }
  };
};

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // once per instruction set
