// cp.async. The copy happens at the wait for it and not before, so a forgotten wait reads what was there.
#pragma once
#include <cstddef>

#include "kernels/emulation/call_site.h"

namespace emu {

void async_copy(void* to, const void* from, size_t bytes, CallSite where);  // from == nullptr: zeros
void async_copy_commit();
void async_copy_wait(int pending);

}  // namespace emu

inline void cp_async16(void* to, const void* from, bool wanted = true,
                       emu::CallSite where = emu::CallSite::current()) {
  emu::async_copy(to, wanted ? from : nullptr, 16, where);
}
inline void cp_async_commit() { emu::async_copy_commit(); }
template <int Pending>
void cp_async_wait() {
  emu::async_copy_wait(Pending);
}
