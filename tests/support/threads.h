// Runs a test with a given number of threads and restores the number.
#pragma once
#include "kernels/parallel.h"

namespace huegrad::test {

class Threads {
 public:
  explicit Threads(int count) : before_(thread_count()) { set_thread_count(count); }
  ~Threads() { set_thread_count(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

}  // namespace huegrad::test
