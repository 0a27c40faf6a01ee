// The one block in flight: its threads, its warps, and which threads could go on.
#pragma once
#include <cuda_runtime_api.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "kernels/emulation/call_site.h"
#include "kernels/emulation/fiber.h"
#include "kernels/emulation/ready_queue.h"
#include "kernels/emulation/synchronization.h"
#include "kernels/emulation/warpgroup.h"

namespace emu {

// What a thread has begun and not waited for, in the groups that it has committed.
template <class Work>
struct AsyncGroups {
  std::vector<Work> open;
  std::deque<std::vector<Work>> groups;

  void commit() { groups.push_back(std::exchange(open, {})); }
  // Calls run(work) for what may no longer be pending.
  template <class Run>
  void wait(int pending, const Run& run) {
    for (; int(groups.size()) > pending; groups.pop_front())
      for (const Work& work : groups.front()) run(work);
  }
};

struct AsyncCopy {
  void* to;
  const void* from;
  size_t bytes;
};
struct AsyncProduct {
  ProductOfThread multiply;
  float* d;
  SharedMatrix a, b;
  bool add;
};

enum class State : uint8_t { fresh, ready, at_barrier, at_collective, done };

struct Thread {
  Fiber* fiber = nullptr;  // none before it first runs
  State state = State::fresh;
  uint3 index{};
  CallSite where;  // of what it waits at, or waited at last
  AsyncGroups<AsyncCopy> copies;
  AsyncGroups<AsyncProduct> products;
};

// Lanes that wait for each other at one warp collective.
struct Rendezvous {
  unsigned mask = 0, arrived = 0;
  Exchange exchange = nullptr;
  size_t bytes = 0;
  CallSite where;
  char* tag = nullptr;
  Lanes lanes;
};

struct Warp {
  unsigned live = 0;  // lanes that have not returned
  unsigned collectives = 0;
  std::vector<Rendezvous> open;
};

// Addresses that the thread sanitizer takes for barriers. New ones in every block, so that nothing orders a
// block after another; and used in turn, so that a thread that leaves a barrier is not ordered after threads
// that have already reached the next.
struct Tags {
  char barrier[2];
  char collective[32][8];  // of each warp
};

struct Block {
  std::vector<Thread> threads;
  std::vector<Warp> warps;
  ReadyQueue ready;
  std::unique_ptr<Tags> tags;
  int running = 0;  // thread
  int waiting = 0;  // threads at the barrier
  int done = 0;     // threads

  int size() const { return int(threads.size()); }
  int warp() const { return running / 32; }
  int lane() const { return running % 32; }
  Thread& self() { return threads[size_t(running)]; }
  void make_ready(int thread) {
    threads[size_t(thread)].state = State::ready;
    ready.push(thread);
  }
};
extern Block block;

// Gives the processor to the next ready thread; returns when somebody made the caller ready and its turn
// came.
void suspend();

// shared_memory.cpp: buffers of a block come and go with it.
void begin_shared_memory(size_t dynamic_bytes);
void end_shared_memory();
// warp.cpp: the running thread returns; those who waited for it alone go on.
void leave_warp();

}  // namespace emu
