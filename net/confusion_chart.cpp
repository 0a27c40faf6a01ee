#include "net/confusion_chart.h"

#include <fmt/format.h>

#include <cmath>

#include "net/bar_list.h"
#include "net/html.h"
#include "net/metrics.h"

namespace huegrad {
namespace {

// User units of the view box.
constexpr double kCell = 24, kNames = 130;
constexpr double kLeastShare = 0.001;
constexpr size_t kMostNumbers = 40;  // classes; with more, cells have no room for numbers

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

// total: pixels of the row's class.
std::string row(const ConfusionCounts& confusion, size_t truth, int64_t total) {
  const double middle = kNames + kCell * (double(truth) + 0.5);
  const std::string name = escape_html(confusion.classes[truth]);
  std::string svg = fmt::format(
      "<text class=\"name\" text-anchor=\"end\" x=\"{0}\" y=\"{1}\">{2}</text>"
      "<text class=\"name\" transform=\"translate({3} {0}) rotate(-90)\">{2}</text>\n",
      kNames - 6, middle + 4, name, middle + 4);
  for (size_t predicted = 0; total > 0 && predicted < confusion.classes.size(); ++predicted)
    svg += cell(confusion, truth, predicted, total);
  return svg;
}

}  // namespace

std::string confusion_chart(const ConfusionCounts& confusion) {
  if (!is_complete(confusion)) return "";
  const size_t classes = confusion.classes.size();
  const double extent = kCell * double(classes);
  const ClassCounts counts = ClassCounts::of_confusion(confusion.pixels);
  std::string rows;
  for (size_t truth = 0; truth < classes; ++truth) rows += row(confusion, truth, counts.truth(truth));
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
  const ClassCounts counts = ClassCounts::of_confusion(confusion.pixels);
  const std::vector<double> iou = counts.iou();
  for (size_t c = 0; c < confusion.classes.size(); ++c)
    list.bars.push_back({confusion.classes[c], 100 * iou[c],
                         fmt::format("{}: {} pixels, {} predicted, {} right", confusion.classes[c],
                                     counts.truth(c), counts.predicted(c), counts.hits(c))});
  return bar_list(list);
}

}  // namespace huegrad
