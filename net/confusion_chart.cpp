#include "net/confusion_chart.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "net/bar_list.h"
#include "net/html.h"

namespace huegrad {
namespace {

// User units of the view box.
constexpr double kCell = 24, kNames = 130;
constexpr double kLeastShare = 0.001;
constexpr size_t kMostNumbers = 40;  // classes; with more, cells have no room for numbers

struct Totals {
  int64_t truth = 0, predicted = 0;
};

Totals totals(const ConfusionCounts& confusion, size_t c) {
  Totals sum;
  for (size_t other = 0; other < confusion.classes.size(); ++other) {
    sum.truth += confusion.count(c, other);
    sum.predicted += confusion.count(other, c);
  }
  return sum;
}

bool is_complete(const ConfusionCounts& confusion) {
  const size_t classes = confusion.classes.size();
  return classes > 0 && confusion.pixels.size() == classes * classes;
}

// The root of the share decides how strong a cell is: mistakes of a few percent are to be seen.
std::string cell(const ConfusionCounts& confusion, size_t truth, size_t predicted, int64_t row_total) {
  const int64_t count = confusion.count(truth, predicted);
  const double share = double(count) / double(row_total);
  if (share < kLeastShare) return "";
  const double left = kNames + kCell * double(predicted), top = kNames + kCell * double(truth);
  std::string svg = fmt::format(
      "<g class=\"{}\"><title>{} taken for {}: {} of {} pixels, {:.1f} %</title>"
      "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill-opacity=\"{:.2f}\"/>",
      truth == predicted ? "right" : "wrong", escape_html(confusion.classes[truth]),
      escape_html(confusion.classes[predicted]), count, row_total, 100 * share, left, top, kCell, kCell,
      std::sqrt(share));
  if (confusion.classes.size() <= kMostNumbers && share >= 0.01)
    svg += fmt::format("<text{} x=\"{}\" y=\"{}\">{:.0f}</text>", share > 0.4 ? " class=\"strong\"" : "",
                       left + kCell / 2, top + kCell / 2 + 3.5, 100 * share);
  return svg + "</g>\n";
}

std::string row(const ConfusionCounts& confusion, size_t truth) {
  const double middle = kNames + kCell * (double(truth) + 0.5);
  const std::string name = escape_html(confusion.classes[truth]);
  std::string svg = fmt::format(
      "<text class=\"name\" text-anchor=\"end\" x=\"{0}\" y=\"{1}\">{2}</text>"
      "<text class=\"name\" transform=\"translate({3} {0}) rotate(-90)\">{2}</text>\n",
      kNames - 6, middle + 4, name, middle + 4);
  const int64_t total = totals(confusion, truth).truth;
  for (size_t predicted = 0; total > 0 && predicted < confusion.classes.size(); ++predicted)
    svg += cell(confusion, truth, predicted, total);
  return svg;
}

}  // namespace

std::string confusion_chart(const ConfusionCounts& confusion) {
  if (!is_complete(confusion)) return "";
  const size_t classes = confusion.classes.size();
  const double extent = kCell * double(classes);
  std::string rows;
  for (size_t truth = 0; truth < classes; ++truth) rows += row(confusion, truth);
  return fmt::format(
      "<figure class=\"card matrix\" style=\"--classes:{0}\">\n<figcaption><h3>Confusion matrix</h3><p>A row "
      "per true class, a column per predicted one: the percent of the row, from 0.1 on.</p></figcaption>\n"
      "<div class=\"scroll\"><svg viewBox=\"0 0 {1} {1}\" role=\"img\" aria-label=\"Confusion matrix of {0} "
      "classes\">\n<rect class=\"frame\" x=\"{2}\" y=\"{2}\" width=\"{3}\" "
      "height=\"{3}\"/>\n{4}</svg></div>\n"
      "</figure>\n",
      classes, kNames + extent + 1, kNames, extent, rows);
}

std::string iou_bars(const ConfusionCounts& confusion) {
  if (!is_complete(confusion)) return "";
  BarList list{.title = "Intersection over union of each class",
               .hint = "Percent; a dash for classes that do not occur in the labels.",
               .decimals = 1,
               .full = 100,
               .bars = {}};
  for (size_t c = 0; c < confusion.classes.size(); ++c) {
    const auto [truth, predicted] = totals(confusion, c);
    const int64_t hits = confusion.count(c, c);
    const double iou = truth > 0 ? 100 * double(hits) / double(truth + predicted - hits)
                                 : std::numeric_limits<double>::quiet_NaN();
    list.bars.push_back(
        {confusion.classes[c], iou,
         fmt::format("{}: {} pixels, {} predicted, {} right", confusion.classes[c], truth, predicted, hits)});
  }
  return bar_list(list);
}

}  // namespace huegrad
