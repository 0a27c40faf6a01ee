// Host memory for arrays that vector code works on.
#pragma once
#include <cstdint>

namespace huegrad {

// Aligned for any vector; null when there is none. Arrays of several MiB get huge pages where the system
// gives them on request: with pages of 4 KiB, looking up addresses takes longer than reading
// (benchmarks/NOTES.md).
void* take_host_memory(int64_t bytes);
void give_back_host_memory(void* pointer);

// Addresses that get memory, in huge pages if possible, where they are touched first; null when there are not
// so many. discard: what is in these bytes is forgotten and its memory goes to the system, until they are
// touched again.
void* reserve_host_addresses(int64_t bytes);
void release_host_addresses(void* pointer, int64_t bytes);
void discard_host_pages(void* pointer, int64_t bytes);
int64_t host_memory_size();  // bytes of memory that this machine has

}  // namespace huegrad
