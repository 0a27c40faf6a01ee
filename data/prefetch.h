// Values of consecutive steps, computed ahead, each on a thread of its own.
#pragma once
#include <cstdint>
#include <deque>
#include <future>

namespace huegrad {

// Not to be used from several threads. Destruction waits for what is under way.
template <class Value>
class Prefetch {
 public:
  // The value of `step`. begin(i) starts computing that of step i; afterwards `ahead` (at least 1) of those
  // that follow, below `end`, are under way. A caller that goes elsewhere waits for what was begun in vain.
  template <class Begin>
  Value take(int64_t step, int64_t end, int ahead, const Begin& begin) {
    while (!pending_.empty() && next_ != step) drop();
    next_ = step;
    fill(end, ahead, begin);
    std::future<Value> current = std::move(pending_.front());
    drop();
    fill(end, ahead, begin);
    return current.get();
  }

 private:
  void drop() {
    pending_.pop_front();
    ++next_;
  }
  template <class Begin>
  void fill(int64_t end, int ahead, const Begin& begin) {
    while (int64_t(pending_.size()) < ahead && next_ + int64_t(pending_.size()) < end)
      pending_.push_back(begin(next_ + int64_t(pending_.size())));
  }

  int64_t next_ = 0;  // step of the first pending value
  std::deque<std::future<Value>> pending_;
};

}  // namespace huegrad
