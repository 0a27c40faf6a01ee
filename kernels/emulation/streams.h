// Streams are lazy: what is queued runs when somebody waits for it, and no sooner. A forgotten wait, or a
// missing event between two streams, therefore gives wrong data at once. EMU_STREAMS=eager runs everything
// when queued.
#pragma once
#include <cuda_runtime_api.h>

#include <deque>
#include <functional>
#include <vector>

namespace emu {
using Operation = std::function<void()>;
}

struct CUgraph_st {
  std::vector<emu::Operation> operations;
};

struct CUstream_st {
  std::deque<emu::Operation> queue;
  size_t issued = 0, finished = 0;  // operations
  CUgraph_st* capture = nullptr;    // where operations go instead, while it captures
};

namespace emu {

// Queues an operation, unless the device is dead. The legacy default stream (null) waits for all others and
// runs it at once.
cudaError_t enqueue(cudaStream_t stream, Operation operation);

// Run what is queued: in all streams, or in one until this many operations of it are finished.
void drain_all();
void drain_until(cudaStream_t stream, size_t finished);

bool capturing();  // whether any stream does
// Whether a capture forbids this thread what could disturb it (cudaThreadExchangeStreamCaptureMode).
bool capture_forbids();

}  // namespace emu
