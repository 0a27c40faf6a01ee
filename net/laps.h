// Times of consecutive pieces of work on a device, and their medians over repetitions.
#pragma once
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/device.h"
#include "kernels/cuda_context.h"

namespace huegrad {

class Laps {
 public:
  using Key = std::pair<std::string, std::string>;

  explicit Laps(Device device) : on_cuda_(device.kind == DeviceKind::cuda) {}

  // What follows counts, from here to the next lap.
  void start() { mark({}, false); }
  // What was done since the last start or lap belongs to `key`.
  void lap(const Key& key) { mark(key, true); }

  // Seconds by key; laps of the same key are added. Waits for the device, and forgets them.
  std::map<Key, double> take();

 private:
  using Clock = std::chrono::steady_clock;
  struct Mark {
    Key key;
    bool counts;
    Clock::time_point time;
    std::unique_ptr<CudaEvent> event;
  };

  void mark(const Key& key, bool counts);

  bool on_cuda_;
  std::vector<Mark> marks_;
};

// Runs `body` once to warm up, then again for about `seconds`, at least three times; medians by key.
// progress: share of the time that has gone by.
std::map<Laps::Key, double> median_laps(
    Device device, double seconds, const std::function<void(Laps&)>& body,
    const std::function<void(double)>& progress = [](double) {});

}  // namespace huegrad
