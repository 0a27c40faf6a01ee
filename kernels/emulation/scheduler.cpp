// Which thread of the block runs, and on which fiber.
#include "kernels/emulation/scheduler.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "kernels/emulation/block.h"
#include "kernels/emulation/keywords.h"
#include "kernels/emulation/sanitizers.h"

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace emu {

Block block;

namespace {

// The thread sanitizer must see every CUDA thread as a thread of its own. Otherwise a thread that never waits
// costs no switch: the fiber that is done with it begins the next.
constexpr bool kFiberPerThread = kThreadSanitizer;

std::vector<std::unique_ptr<Fiber>> fibers;  // kept for the next grid
std::vector<Fiber*> idle;                    // those with no thread on them
Fiber* host = nullptr;                       // who launched; null between grids
Fiber* current = nullptr;
const std::function<void()>* kernel = nullptr;
size_t blocks_run = 0;
// For the thread sanitizer: a thread comes after the launch of its grid, and the host after all threads.
// Nothing orders one block after another.
char begin_tag, end_tag;

void run_threads();

Fiber& fiber_for(int thread, bool current_is_idle) {
  // Another one in the next block: what one fiber does is in order for the thread sanitizer.
  if (kFiberPerThread) return *fibers[(size_t(thread) + blocks_run) % fibers.size()];
  if (current_is_idle) return *current;
  if (idle.empty()) return *fibers.emplace_back(std::make_unique<Fiber>(run_threads));
  Fiber* const fiber = idle.back();
  idle.pop_back();
  return *fiber;
}

// Goes on with the next ready thread, or with the host when there is none.
void dispatch(bool current_is_idle) {
  Fiber* next = host;
  if (!block.ready.empty()) {
    block.running = block.ready.pop();
    Thread& thread = block.self();
    if (!thread.fiber) thread.fiber = &fiber_for(block.running, current_is_idle);
    threadIdx = thread.index;
    next = thread.fiber;
  }
  if (next == current) return;
  if (current_is_idle && !kFiberPerThread) idle.push_back(current);
  next->resume_from(*std::exchange(current, next));
}

void finish_thread() {
  Thread& self = block.self();
  self.state = State::done;
  self.copies = {};
  ++block.done;
  if (block.waiting > 0)
    for (const Thread& other : block.threads)
      if (other.state == State::at_barrier)
        fail("thread %d exited while others wait at __syncthreads (%s)", block.running,
             other.where.text().c_str());
  leave_warp();
}

// What a fiber does: one thread after the other.
void run_threads() {
  for (;;) {
    acquire(begin_tag);
    (*kernel)();
    release(end_tag);
    const UnseenByThreadSanitizer unseen;
    finish_thread();
    dispatch(true);
  }
}

void make_threads(dim3 extents) {
  uint3 index{0, 0, 0};
  for (Thread& thread : block.threads) {
    thread.fiber = nullptr;
    thread.state = State::fresh;
    thread.index = index;
    if (++index.x == extents.x) index.x = 0, ++index.y;
    if (index.y == extents.y) index.y = 0, ++index.z;
  }
  for (size_t w = 0; w < block.warps.size(); ++w) {
    const int lanes = std::min(32, block.size() - int(w) * 32);
    block.warps[w].live = ~0u >> (32 - lanes);
    block.warps[w].open.clear();
  }
  if (kThreadSanitizer || !block.tags) block.tags = std::make_unique<Tags>();
  block.waiting = block.done = 0;
  block.ready.clear(block.size());
  order.for_each(block.size(), [](int i) { block.ready.push(i); });
}

void check_all_done() {
  if (block.done == block.size()) return;
  for (int i = 0; i < block.size(); ++i)
    if (const Thread& thread = block.threads[size_t(i)]; thread.state != State::done)
      fail("deadlock: %d of %d threads finished; thread %d waits at %s", block.done, block.size(), i,
           thread.where.text().c_str());
}

void run_block(uint3 index, dim3 threads, size_t dynamic_shared_bytes) {
  blockIdx = index;
  make_threads(threads);
  begin_shared_memory(dynamic_shared_bytes);
  dispatch(false);
  acquire(end_tag);
  end_shared_memory();
  check_all_done();
  ++blocks_run;
}

}  // namespace

void suspend() { dispatch(false); }

void run_grid(dim3 grid, dim3 threads, size_t dynamic_shared_bytes, const std::function<void()>& body) {
  Fiber caller;
  host = current = &caller;
  kernel = &body;
  gridDim = grid;
  blockDim = threads;
  const size_t count = size_t(threads.x) * threads.y * threads.z;
  block.threads.resize(count);
  block.warps.resize((count + 31) / 32);
  // All now, by the host: for the thread sanitizer a fiber comes after what its maker did before.
  while (kFiberPerThread && fibers.size() <= count) fibers.push_back(std::make_unique<Fiber>(run_threads));
  release(begin_tag);
  for (size_t b : order.permutation(size_t(grid.x) * grid.y * grid.z))
    run_block({unsigned(b % grid.x), unsigned(b / grid.x % grid.y), unsigned(b / grid.x / grid.y)}, threads,
              dynamic_shared_bytes);
  host = current = nullptr;
}

void fail(const char* format, ...) {
  std::fputs("cuda_emu: ", stderr);
  if (host)
    std::fprintf(stderr, "block (%u,%u,%u) thread (%u,%u,%u): ", blockIdx.x, blockIdx.y, blockIdx.z,
                 threadIdx.x, threadIdx.y, threadIdx.z);
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  std::fputc('\n', stderr);
  std::abort();
}

}  // namespace emu
