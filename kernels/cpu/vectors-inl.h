// Loops over arrays, vector by vector. Compiled once per instruction set: include it after hwy/highway.h in a
// file that hwy/foreach_target.h re-includes.
#if defined(HUEGRAD_KERNELS_CPU_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef HUEGRAD_KERNELS_CPU_VECTORS_INL_H_
#undef HUEGRAD_KERNELS_CPU_VECTORS_INL_H_
#else
#define HUEGRAD_KERNELS_CPU_VECTORS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace huegrad::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Calls body(tag, i) for consecutive runs of hn::Lanes(tag) elements that cover [begin, end): whole vectors,
// then the rest in halves (a rest of 7 is 4 + 2 + 1), so no element is read or written twice or beyond the
// end.
template <class D, class Body>
HWY_INLINE void for_each_vector(D d, int64_t begin, int64_t end, const Body& body) {
  const auto lanes = int64_t(hn::Lanes(d));
  for (; begin + lanes <= end; begin += lanes) body(d, begin);
  if constexpr (hn::MaxLanes(D()) > 1) for_each_vector(hn::Half<D>(), begin, end, body);
}

template <class Body>
HWY_INLINE void for_each_vector(int64_t size, const Body& body) {
  for_each_vector(hn::ScalableTag<float>(), 0, size, body);
}

// The same with vectors of double, as many lanes as fit; load_double reads their elements from floats.
template <class Body>
HWY_INLINE void for_each_double_vector(int64_t size, const Body& body) {
  for_each_vector(hn::ScalableTag<double>(), 0, size, body);
}

template <class D>
HWY_INLINE hn::Vec<D> load_double(D d, const float* x) {
  return hn::PromoteTo(d, hn::LoadU(hn::Rebind<float, D>(), x));
}

// Sums the vectors that for_each_vector hands out.
template <class T>
class VectorSum {
 public:
  // Written out: the compiler's own constructor would not be compiled for the instruction set at hand.
  HWY_INLINE VectorSum() : lanes_(hn::Zero(Full())), rest_(0) {}

  template <class D, class V>
  HWY_INLINE void add(D d, V values) {
    if constexpr (hn::MaxLanes(D()) == hn::MaxLanes(Full()))
      lanes_ = hn::Add(lanes_, values);
    else
      rest_ += hn::GetLane(hn::SumOfLanes(d, values));
  }
  HWY_INLINE T total() const { return hn::GetLane(hn::SumOfLanes(Full(), lanes_)) + rest_; }

 private:
  using Full = hn::ScalableTag<T>;
  hn::Vec<Full> lanes_;
  T rest_;
};

// The largest of size >= 1 values.
HWY_INLINE float max_of(int64_t size, const float* x) {
  const hn::ScalableTag<float> d;
  const auto lanes = int64_t(hn::Lanes(d));
  if (size < lanes) {
    float largest = x[0];
    for (int64_t i = 1; i < size; ++i) largest = x[i] > largest ? x[i] : largest;
    return largest;
  }
  auto largest = hn::LoadU(d, x + size - lanes);  // overlaps the last whole vector, which a maximum forgives
  for (int64_t i = 0; i + lanes <= size; i += lanes) largest = hn::Max(largest, hn::LoadU(d, x + i));
  return hn::GetLane(hn::MaxOfLanes(d, largest));
}

}  // namespace huegrad::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target include guard
