// The one exception type of huegrad: what went wrong, where, and what to do about it.
#pragma once
#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace huegrad {

// The value is the exit status of the command line.
enum class ErrorKind {
  input = 1,        // a file or its content is not what it should be
  usage = 2,        // wrong flags, configuration or shapes
  environment = 3,  // no such device, out of memory, disk full
};

class Error : public std::runtime_error {
 public:
  // Message: "WHAT (WHERE). HINT"; where and hint may be empty. Example:
  //   Error(ErrorKind::input, "not a JPEG, PNG, BMP, TGA or PPM image", "album/notes.txt", "Remove it from
  //   the list")
  Error(ErrorKind kind, std::string_view what, std::string_view where = "", std::string_view hint = "");
  ErrorKind kind() const { return kind_; }

 private:
  ErrorKind kind_;
};

// Shape and option checks of layers: throws Error(usage, "[op] message") when the condition is false.
template <class... Args>
void check(bool condition, std::string_view op, fmt::format_string<Args...> format, Args&&... args) {
  if (!condition)
    throw Error(ErrorKind::usage,
                fmt::format("[{}] {}", op, fmt::format(format, std::forward<Args>(args)...)));
}

}  // namespace huegrad
