// A pool of threads; each call to parallel_for queues its sub-ranges and works along until they are done. To
// wake a thread that sleeps takes as long as many a kernel, so for a while threads look out for work before
// they sleep.
#include "kernels/parallel.h"

#include <hwy/cache_control.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#ifdef __linux__
#include <sched.h>
#endif

namespace huegrad {
namespace {

// So long: a network's kernels follow one another within it.
constexpr std::chrono::microseconds kLookOut(50);

thread_local bool inside_parallel_for = false;

int available_cores() {
#ifdef __linux__
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof(cores), &cores) == 0) return std::max(1, CPU_COUNT(&cores));
#endif
  return std::max(1, int(std::thread::hardware_concurrency()));
}

// One parallel_for: `chunks` sub-ranges, handed out in order, counted as they finish.
struct Job {
  int64_t begin, end, chunks;
  const std::function<void(int64_t, int64_t)>* body;
  int64_t next = 0;
  std::atomic<int64_t> done = 0;
  std::exception_ptr error;
};

class Pool {
 public:
  Pool() { resize(available_cores()); }
  ~Pool() { stop(); }

  int size() {
    std::lock_guard lock(mutex_);
    return size_;
  }

  void resize(int count) {
    count = std::max(1, count);
    if (count == size()) return;
    stop();
    std::lock_guard lock(mutex_);
    stopping_ = false;
    size_ = count;
    try {
      for (int i = 1; i < count; ++i) workers_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {  // the machine gives no more: fewer do the work
      size_ = 1 + int(workers_.size());
    }
    may_look_out_ = size_ <= available_cores();
  }

  void run(Job& job) {
    std::unique_lock lock(mutex_);
    jobs_.push_back(&job);
    waiting_ = int(jobs_.size());
    lock.unlock();
    wake_.notify_all();
    lock.lock();
    while (job.next < job.chunks) run_chunk(job, lock);
    look_out(lock, [&] { return job.done == job.chunks; });
    finished_.wait(lock, [&] { return job.done == job.chunks; });
    lock.unlock();
    if (job.error) std::rethrow_exception(job.error);
  }

 private:
  void stop() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
  }

  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      look_out(lock, [&] { return stopping_ || waiting_ > 0; });
      wake_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      run_chunk(*jobs_.front(), lock);
    }
  }

  // Until it happens or a while has passed, with the lock released; not where others need the core.
  template <class Event>
  void look_out(std::unique_lock<std::mutex>& lock, const Event& happened) {
    if (!may_look_out_ || happened()) return;
    lock.unlock();
    const auto end = std::chrono::steady_clock::now() + kLookOut;
    while (!happened() && std::chrono::steady_clock::now() < end) hwy::Pause();
    lock.lock();
  }

  // Takes the next chunk of the job and runs it with the lock released.
  void run_chunk(Job& job, std::unique_lock<std::mutex>& lock) {
    const int64_t chunk = job.next++;
    if (job.next == job.chunks) {
      std::erase(jobs_, &job);
      waiting_ = int(jobs_.size());
    }
    lock.unlock();
    const int64_t size = job.end - job.begin;
    std::exception_ptr error;
    inside_parallel_for = true;
    try {
      (*job.body)(job.begin + size * chunk / job.chunks, job.begin + size * (chunk + 1) / job.chunks);
    } catch (...) {
      error = std::current_exception();
    }
    inside_parallel_for = false;
    lock.lock();
    if (error && !job.error) job.error = error;
    if (++job.done == job.chunks) finished_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable wake_, finished_;
  std::vector<Job*> jobs_;
  std::vector<std::thread> workers_;
  int size_ = 0;
  bool may_look_out_ = false;
  std::atomic<int> waiting_ = 0;  // jobs
  std::atomic<bool> stopping_ = false;
};

Pool& pool() {
  static Pool instance;
  return instance;
}

}  // namespace

int thread_count() { return pool().size(); }

void set_thread_count(int count) { pool().resize(count); }

int parallel_for_shares() { return inside_parallel_for ? 1 : thread_count(); }

void parallel_for(int64_t begin, int64_t end, int64_t grain,
                  const std::function<void(int64_t, int64_t)>& body) {
  const int64_t size = end - begin;
  if (size <= 0) return;
  const int64_t chunks = std::min<int64_t>(thread_count(), size / std::max<int64_t>(1, grain));
  if (chunks <= 1 || inside_parallel_for) return body(begin, end);
  Job job{.begin = begin, .end = end, .chunks = chunks, .body = &body, .error = nullptr};
  pool().run(job);
}

}  // namespace huegrad
