// Bars with names and numbers, from the longest to the shortest, as HTML.
#pragma once
#include <string>
#include <vector>

namespace huegrad {

struct Bar {
  std::string name;
  double value = 0;   // >= 0; NaN: unknown, last and without a bar
  std::string title;  // its tool tip; may be empty
};

struct BarList {
  std::string title, hint;  // heading, and what stands below it
  int decimals = 0;         // of the numbers
  double full = 0;          // the value that fills a bar; 0: the largest
  std::vector<Bar> bars;
};

// A <figure>; empty when there are no bars.
std::string bar_list(const BarList& list);

}  // namespace huegrad
