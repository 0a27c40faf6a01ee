// Host memory for arrays that vector code works on.
#pragma once
#include <cstdint>

namespace huegrad {

// Aligned for any vector; null when there is none. Arrays of several MiB get huge pages where the system
// gives them on request: with pages of 4 KiB, looking up addresses takes longer than reading
// (benchmarks/NOTES.md).
void* take_host_memory(int64_t bytes);
void give_back_host_memory(void* pointer);

}  // namespace huegrad
