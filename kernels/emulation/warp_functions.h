// Shuffles and votes: each is one exchange between the lanes of a warp.
#pragma once
#include "kernels/emulation/synchronization.h"

namespace emu {

unsigned lane_id();

// `argument`: the lane whose value is wanted. One that is absent gives bytes 0xFF, a NaN.
void exchange_shuffle(Lanes& lanes, unsigned mask, size_t bytes);
// `argument`: the predicate; out: an unsigned with a bit for each lane.
void exchange_ballot(Lanes& lanes, unsigned mask, size_t bytes);

template <class T>
T shuffle(unsigned mask, T value, int source, CallSite where) {
  T result = value;
  warp_collective(mask, exchange_shuffle, &value, &result, source, sizeof(T), where);
  return result;
}

// First lane of the caller's segment, and the source if it lies in that segment, else the caller.
inline int segment(int width) { return int(lane_id()) / width * width; }
inline int within_segment(int source, int width) {
  const int first = segment(width);
  return source >= first && source < first + width ? source : int(lane_id());
}

}  // namespace emu

template <class T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32,
              emu::CallSite where = emu::CallSite::current()) {
  return emu::shuffle(mask, value, emu::segment(width) + (source & (width - 1)), where);
}
template <class T>
T __shfl_xor_sync(unsigned mask, T value, int bits, int width = 32,
                  emu::CallSite where = emu::CallSite::current()) {
  // Lower segments may be read, higher ones not (CUDA C++ Programming Guide, "Warp shuffle functions").
  const int source = int(emu::lane_id()) ^ bits;
  return emu::shuffle(mask, value, source < emu::segment(width) + width ? source : int(emu::lane_id()),
                      where);
}
template <class T>
T __shfl_down_sync(unsigned mask, T value, unsigned distance, int width = 32,
                   emu::CallSite where = emu::CallSite::current()) {
  return emu::shuffle(mask, value, emu::within_segment(int(emu::lane_id() + distance), width), where);
}
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned distance, int width = 32,
                 emu::CallSite where = emu::CallSite::current()) {
  return emu::shuffle(mask, value, emu::within_segment(int(emu::lane_id()) - int(distance), width), where);
}

inline unsigned __ballot_sync(unsigned mask, int predicate, emu::CallSite where = emu::CallSite::current()) {
  unsigned votes = 0;
  emu::warp_collective(mask, emu::exchange_ballot, nullptr, &votes, predicate != 0, 0, where);
  return votes;
}
inline int __any_sync(unsigned mask, int predicate, emu::CallSite where = emu::CallSite::current()) {
  return __ballot_sync(mask, predicate, where) != 0;
}
inline int __all_sync(unsigned mask, int predicate, emu::CallSite where = emu::CallSite::current()) {
  return __ballot_sync(mask, !predicate, where) == 0;
}
