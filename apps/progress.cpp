#include "apps/progress.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

namespace huegrad {

std::string format_duration(double seconds) {
  const auto total = int64_t(std::max(0.0, seconds) + 0.5);
  if (total < 60) return fmt::format("{} s", total);
  if (total < 3600) return fmt::format("{}:{:02}", total / 60, total % 60);
  return fmt::format("{}:{:02}:{:02}", total / 3600, total / 60 % 60, total % 60);
}

Progress::Progress(std::string label, int64_t total, std::string unit, bool quiet)
    : label_(std::move(label)),
      unit_(std::move(unit)),
      total_(total),
      visible_(!quiet && ::isatty(STDERR_FILENO) != 0),
      start_(Clock::now()),
      last_draw_(start_) {}

Progress::~Progress() { clear(); }

void Progress::update(int64_t done, std::string_view note) {
  const Clock::time_point now = Clock::now();
  const double elapsed = std::chrono::duration<double>(now - start_).count();
  const double since_draw = std::chrono::duration<double>(now - last_draw_).count();
  if (!visible_ || done <= 0 || elapsed < 2 || (drawn_ && since_draw < 0.2 && done < total_)) return;
  constexpr int kWidth = 24;
  const double fraction = std::min(1.0, double(done) / double(std::max<int64_t>(1, total_)));
  const int filled = int(fraction * kWidth);
  const double rate = double(done) / elapsed;
  fmt::print(stderr, "\r\x1b[K{} [{:=<{}}{:{}}] {}/{} {:.1f} {}/s, {} left {}", label_, "", filled, "",
             kWidth - filled, done, total_, rate, unit_, format_duration(double(total_ - done) / rate), note);
  std::fflush(stderr);
  drawn_ = true;
  last_draw_ = now;
}

void Progress::clear() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace huegrad
