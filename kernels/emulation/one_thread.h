// Host threads may call at once. One at a time is in here, and runs what it waits for.
#pragma once
#include <mutex>

namespace emu {

class OneThread {
 public:
  OneThread() : lock_(mutex_) {}

 private:
  static inline std::recursive_mutex mutex_;  // operations make calls of their own
  std::lock_guard<std::recursive_mutex> lock_;
};

}  // namespace emu
