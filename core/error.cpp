#include "core/error.h"

namespace huegrad {
namespace {

std::string compose(std::string_view what, std::string_view where, std::string_view hint) {
  std::string message(what);
  if (!where.empty()) message += fmt::format(" ({})", where);
  if (!hint.empty()) message += fmt::format(". {}", hint);
  return message;
}

}  // namespace

Error::Error(ErrorKind kind, std::string_view what, std::string_view where, std::string_view hint)
    : std::runtime_error(compose(what, where, hint)), kind_(kind) {}

}  // namespace huegrad
