// Threads for CPU kernels: one process-wide pool and one way to use it.
#pragma once
#include <cstdint>
#include <functional>

namespace huegrad {

// Number of threads that parallel_for uses, the caller included. Default: the cores this process may run on.
int thread_count();
void set_thread_count(int count);

// Calls body(first, last) on disjoint sub-ranges that cover [begin, end). The partition depends only on the
// range, the grain (least number of items worth a thread) and thread_count(), so a sum over partials kept per
// sub-range is the same in every run. Calls from inside a body run inline; calls from several threads at once
// are correct. An exception thrown by a body reaches the caller.
void parallel_for(int64_t begin, int64_t end, int64_t grain,
                  const std::function<void(int64_t first, int64_t last)>& body);

// Threads that a parallel_for called here would use: one inside a body.
int parallel_for_shares();

}  // namespace huegrad
