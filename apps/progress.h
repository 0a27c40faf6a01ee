// A progress bar on stderr for whatever takes over two seconds; silent unless stderr is a terminal.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace huegrad {

class Progress {
 public:
  // total: number of steps; unit: what one step is ("images"). quiet: never show anything.
  Progress(std::string label, int64_t total, std::string unit, bool quiet = false);
  ~Progress();
  Progress(const Progress&) = delete;

  // done: steps finished so far; note: shown at the end of the line ("loss 1.92").
  void update(int64_t done, std::string_view note = "");
  // Removes the bar, so that a line can be printed in its place; the next update draws it again.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  std::string label_, unit_;
  int64_t total_;
  bool visible_, drawn_ = false;
  Clock::time_point start_, last_draw_;
};

// "1:05:09", "4:07", "12 s".
std::string format_duration(double seconds);

}  // namespace huegrad
