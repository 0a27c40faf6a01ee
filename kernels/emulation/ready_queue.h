// Threads that could go on, of a block of known size: first come, first served, or by chance (order.h).
#pragma once
#include <utility>
#include <vector>

#include "kernels/emulation/order.h"

namespace emu {

class ReadyQueue {
 public:
  void clear(int threads) {
    ring_.resize(size_t(threads));
    head_ = count_ = 0;
  }
  bool empty() const { return count_ == 0; }
  void push(int thread) { ring_[wrapped(head_ + count_++)] = thread; }
  int pop() {
    std::swap(ring_[head_], ring_[wrapped(head_ + order.choose(count_))]);
    const int thread = ring_[head_];
    head_ = wrapped(head_ + 1);
    --count_;
    return thread;
  }

 private:
  size_t wrapped(size_t i) const { return i < ring_.size() ? i : i - ring_.size(); }

  std::vector<int> ring_;
  size_t head_ = 0, count_ = 0;
};

}  // namespace emu
