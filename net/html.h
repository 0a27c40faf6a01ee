// Text into HTML.
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace huegrad {

// Safe as an element's content and as a quoted attribute's value.
std::string escape_html(std::string_view text);

// Replaces each {{name}}, once: what a value contains is not looked at. Throws Error(input) for a name
// without a value.
std::string fill_template(std::string_view text, const std::map<std::string, std::string>& values);

}  // namespace huegrad
