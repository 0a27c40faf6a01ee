// Who may queue work on the CUDA device, where several threads have some.
#pragma once
#include <mutex>

namespace huegrad {

// cuda_context() takes work from one thread at a time: each holds this while it queues, and waits for events
// without it. A program that queues from one thread only has no need of it.
std::mutex& cuda_queueing();

}  // namespace huegrad
