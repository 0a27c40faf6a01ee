#include "net/html.h"

#include "core/error.h"

namespace huegrad {

std::string escape_html(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string fill_template(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string result;
  while (true) {
    const size_t open = text.find("{{"), close = text.find("}}", open);
    result += text.substr(0, open);
    if (open == std::string_view::npos) return result;
    const std::string name(text.substr(open + 2, close - open - 2));
    const auto value = values.find(name);
    if (close == std::string_view::npos || value == values.end())
      throw Error(ErrorKind::input, "the template asks for an unknown value", name);
    result += value->second;
    text.remove_prefix(close + 2);
  }
}

}  // namespace huegrad
