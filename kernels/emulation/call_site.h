// Where a kernel called something, and how a kernel that does what no kernel may is ended.
#pragma once
#include <cstring>
#include <string>

namespace emu {

// std::source_location, which clang 14 lacks.
struct CallSite {
  const char* file = "?";
  int line = 0;

  static constexpr CallSite current(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
  bool operator==(const CallSite& other) const {
    return line == other.line && std::strcmp(file, other.file) == 0;
  }
  std::string text() const { return std::string(file) + ":" + std::to_string(line); }
};

// Aborts with "cuda_emu: block (0,0,0) thread (5,0,0): MESSAGE". In a debugger, break here: the stack is that
// of the CUDA thread.
[[noreturn, gnu::format(printf, 1, 2)]] void fail(const char* format, ...);

}  // namespace emu
