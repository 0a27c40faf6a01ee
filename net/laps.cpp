#include "net/laps.h"

#include <algorithm>

#include "core/cuda_device.h"

namespace huegrad {

void Laps::mark(const Key& key, bool counts) {
  std::unique_ptr<CudaEvent> event;
  if (on_cuda_) {
    event = std::make_unique<CudaEvent>(cuda_context());
    event->record();
  }
  marks_.push_back({key, counts, Clock::now(), std::move(event)});
}

std::map<Laps::Key, double> Laps::take() {
  std::map<Key, double> seconds;
  for (size_t i = 1; i < marks_.size(); ++i) {
    const Mark &from = marks_[i - 1], &to = marks_[i];
    if (!to.counts) continue;
    seconds[to.key] += on_cuda_ ? to.event->seconds_since(*from.event)
                                : std::chrono::duration<double>(to.time - from.time).count();
  }
  marks_.clear();
  return seconds;
}

std::map<Laps::Key, double> median_laps(Device device, double seconds, const std::function<void(Laps&)>& body,
                                        const std::function<void(double)>& progress) {
  constexpr int kLeast = 3, kMost = 1000;
  const auto now = [] { return std::chrono::steady_clock::now(); };
  Laps laps(device);
  body(laps);
  laps.take();
  std::map<Laps::Key, std::vector<double>> times;
  const auto start = now();
  for (int run = 0; run < kMost; ++run) {
    const double elapsed = std::chrono::duration<double>(now() - start).count();
    if (run >= kLeast && elapsed >= seconds) break;
    progress(std::min(1.0, std::min(elapsed / seconds, double(run) / kLeast)));
    body(laps);
    for (const auto& [key, time] : laps.take()) times[key].push_back(time);
  }
  std::map<Laps::Key, double> medians;
  for (auto& [key, values] : times) {
    const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    medians[key] = *middle;
  }
  return medians;
}

}  // namespace huegrad
