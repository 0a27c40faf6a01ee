#include "kernels/parallel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/threads.h"

using namespace huegrad;
using namespace huegrad::test;

namespace {

using Ranges = std::vector<std::pair<int64_t, int64_t>>;

// The sub-ranges of one call, sorted.
Ranges partition(int64_t begin, int64_t end, int64_t grain) {
  std::mutex mutex;
  Ranges ranges;
  parallel_for(begin, end, grain, [&](int64_t first, int64_t last) {
    std::lock_guard lock(mutex);
    ranges.emplace_back(first, last);
  });
  std::sort(ranges.begin(), ranges.end());
  return ranges;
}

bool covers(const Ranges& ranges, int64_t begin, int64_t end) {
  int64_t next = begin;
  for (const auto& [first, last] : ranges) {
    if (first != next || last <= first) return false;
    next = last;
  }
  return next == end;
}

}  // namespace

TEST_CASE("parallel_for: the sub-ranges cover the range once, and respect the grain") {
  for (int threads : {1, 2, 3, 7}) {
    const Threads use(threads);
    CHECK(thread_count() == threads);
    for (int64_t begin : {-5, 0, 11})
      for (int64_t size : {1, 2, 3, 10, 1000})
        for (int64_t grain : {0, 1, 4, 5000}) {
          const Ranges ranges = partition(begin, begin + size, grain);
          CHECK(covers(ranges, begin, begin + size));
          CHECK(int64_t(ranges.size()) <= threads);
          if (ranges.size() > 1)
            for (const auto& [first, last] : ranges) CHECK(last - first >= grain);
        }
  }
}

TEST_CASE("parallel_for: an empty range calls nothing") {
  CHECK(partition(3, 3, 1).empty());
  CHECK(partition(3, -3, 1).empty());
}

TEST_CASE("parallel_for: the partition is the same every time") {
  const Threads use(3);
  const Ranges first = partition(0, 100, 1);
  CHECK(first.size() == 3);
  for (int i = 0; i < 50; ++i) CHECK(partition(0, 100, 1) == first);
}

TEST_CASE("parallel_for: uses more than one thread") {
  const Threads use(2);
  std::atomic<int> inside = 0, most = 0;
  // Each body waits for the other: with one thread this would never end, so it gives up after a while.
  parallel_for(0, 2, 1, [&](int64_t, int64_t) {
    ++inside;
    for (int i = 0; i < 10'000'000 && inside < 2; ++i) std::this_thread::yield();
    most = std::max(most.load(), inside.load());
  });
  CHECK(most == 2);
}

TEST_CASE("parallel_for: nested calls run inline") {
  const Threads use(3);
  std::vector<std::atomic<int>> count(300);
  parallel_for(0, 3, 1, [&](int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
      const auto outer = std::this_thread::get_id();
      parallel_for(0, 100, 1, [&](int64_t a, int64_t b) {
        if (std::this_thread::get_id() != outer || a != 0 || b != 100) count[0] += 1000;
        for (int64_t k = a; k < b; ++k) ++count[i * 100 + k];
      });
    }
  });
  CHECK(std::all_of(count.begin(), count.end(), [](const auto& c) { return c == 1; }));
}

TEST_CASE("parallel_for: calls from several threads at once are correct") {
  const Threads use(3);
  std::vector<int64_t> totals(4);
  std::vector<std::thread> callers;
  for (size_t caller = 0; caller < totals.size(); ++caller)
    callers.emplace_back([&totals, caller] {
      for (int round = 0; round < 200; ++round) {
        std::vector<int64_t> values(50);
        parallel_for(0, 50, 1, [&](int64_t first, int64_t last) {
          for (int64_t i = first; i < last; ++i) values[i] = i;
        });
        totals[caller] += std::accumulate(values.begin(), values.end(), int64_t(0));
      }
    });
  for (std::thread& caller : callers) caller.join();
  for (int64_t total : totals) CHECK(total == 200 * 1225);
}

TEST_CASE("parallel_for: an exception reaches the caller, and the pool survives it") {
  for (int threads : {1, 3}) {
    const Threads use(threads);
    for (int64_t culprit : {0, 50, 99}) {
      const auto call = [&] {
        parallel_for(0, 100, 1, [&](int64_t first, int64_t last) {
          if (first <= culprit && culprit < last) throw std::runtime_error("culprit");
        });
      };
      CHECK_THROWS_WITH_AS(call(), "culprit", std::runtime_error);
      CHECK(covers(partition(0, 100, 1), 0, 100));
    }
  }
}

TEST_CASE("parallel_for: after an exception in a nested call, later calls are parallel again") {
  const Threads use(2);
  CHECK_THROWS(parallel_for(
      0, 2, 1, [](int64_t, int64_t) { parallel_for(0, 2, 1, [](int64_t, int64_t) { throw 1; }); }));
  CHECK(partition(0, 2, 1).size() == 2);
}

TEST_CASE("set_thread_count: at least one thread, and changing it between calls is safe") {
  const Threads restore(2);
  set_thread_count(0);
  CHECK(thread_count() == 1);
  for (int round = 0; round < 30; ++round) {
    set_thread_count(1 + round % 4);
    CHECK(int(partition(0, 1000, 1).size()) == 1 + round % 4);
  }
}
