// __syncthreads.
#include "kernels/emulation/block.h"
#include "kernels/emulation/sanitizers.h"

namespace emu {
namespace {

unsigned barriers = 0;

void check_same_place() {
  const Thread& first = block.threads.front();
  for (int i = 0; i < block.size(); ++i)
    if (const CallSite& other = block.threads[size_t(i)].where; !(other == first.where))
      fail("divergent __syncthreads: some threads wait at %s, thread %d at %s", first.where.text().c_str(), i,
           other.text().c_str());
}

void open_barrier() {
  check_same_place();
  block.waiting = 0;
  ++barriers;
  order.for_each(block.size(), [](int i) { block.make_ready(i); });
}

}  // namespace

void block_barrier(CallSite where) {
  const UnseenByThreadSanitizer unseen;
  if (block.done > 0)
    fail("__syncthreads at %s reached after %d threads of the block exited", where.text().c_str(),
         block.done);
  block.self().where = where;
  block.self().state = State::at_barrier;
  char& tag = block.tags->barrier[barriers % 2];
  release(tag);
  if (++block.waiting == block.size()) open_barrier();
  suspend();
  acquire(tag);
}

}  // namespace emu
