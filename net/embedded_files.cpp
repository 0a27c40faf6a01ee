#include "net/embedded_files.h"

#include <algorithm>

namespace huegrad {

const EmbeddedFile* find_embedded_file(std::string_view name) {
  const auto files = embedded_files();
  const auto found = std::ranges::find(files, name, &EmbeddedFile::name);
  return found == files.end() ? nullptr : &*found;
}

}  // namespace huegrad
