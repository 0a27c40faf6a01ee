// Where threads of a block, or lanes of a warp, wait for each other. Whoever arrives is suspended; the last
// one to arrive does what is to be done for all, and makes all ready.
#pragma once
#include <cstddef>

#include "kernels/emulation/call_site.h"

namespace emu {

// __syncthreads. Aborts where threads wait at different places or some have returned.
void block_barrier(CallSite where);

// What a lane brings to a warp collective. `in` and `out` lie on that lane's own, suspended stack.
struct Lane {
  const void* in = nullptr;
  void* out = nullptr;
  int argument = 0;
  bool present = false;
};
using Lanes = Lane[32];

// What happens between the lanes; runs once, on the last to arrive.
using Exchange = void (*)(Lanes& lanes, unsigned mask, size_t bytes);
void exchange_nothing(Lanes& lanes, unsigned mask, size_t bytes);

// Waits for the live lanes of `mask`, then returns after the exchange. Lanes with different masks meet apart.
// Aborts where the mask does not name the caller, or where lanes of one mask meet at different places.
void warp_collective(unsigned mask, Exchange exchange, const void* in, void* out, int argument, size_t bytes,
                     CallSite where);

// memcpy that no sanitizer sees: what a lane hands over is not an access of the one that carries it.
void copy_bytes(void* to, const void* from, size_t bytes);

}  // namespace emu

inline void __syncthreads(emu::CallSite where = emu::CallSite::current()) { emu::block_barrier(where); }
inline void __syncwarp(unsigned mask = ~0u, emu::CallSite where = emu::CallSite::current()) {
  emu::warp_collective(mask, emu::exchange_nothing, nullptr, nullptr, 0, 0, where);
}
