#include "net/bar_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "net/html.h"

namespace huegrad {
namespace {

double rank(const Bar& bar) { return std::isnan(bar.value) ? -1 : bar.value; }

std::string list_item(const Bar& bar, const BarList& list, double full) {
  const bool known = !std::isnan(bar.value);
  const double percent = known && full > 0 ? 100 * std::min(bar.value / full, 1.0) : 0;
  return fmt::format("<li title=\"{}\"><span>{}</span><i style=\"--share:{:.1f}%\"></i><b>{}</b></li>\n",
                     escape_html(bar.title), escape_html(bar.name), percent,
                     known ? fmt::format("{:.{}f}", bar.value, list.decimals) : "–");
}

}  // namespace

std::string bar_list(const BarList& list) {
  if (list.bars.empty()) return "";
  std::vector<Bar> bars = list.bars;
  std::ranges::stable_sort(bars, std::greater(), rank);
  const double full = list.full > 0 ? list.full : bars.front().value;
  std::string items;
  for (const Bar& bar : bars) items += list_item(bar, list, full);
  return fmt::format(
      "<figure class=\"card\">\n<figcaption><h3>{}</h3><p>{}</p></figcaption>\n<div class=\"scroll\"><ol "
      "class=\"bars\">\n{}</ol></div>\n"
      "</figure>\n",
      escape_html(list.title), escape_html(list.hint), items);
}

}  // namespace huegrad
