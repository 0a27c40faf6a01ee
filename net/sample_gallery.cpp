#include "net/sample_gallery.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "data/label_map.h"
#include "net/html.h"
#include "net/run_log.h"

namespace huegrad {
namespace {

using nlohmann::json;

struct Sheet {
  std::string address, caption;
  std::vector<std::string> columns = {"grey", "predicted, bilinear", "truth"};  // of logs that do not say
};

std::string stem(const std::string& address) { return std::filesystem::path(address).stem().string(); }

// The event of the epoch that a sheet shows, or null. The latest: a run that stopped within an epoch and was
// continued has drawn its sheet again.
json event_of(const std::string& address, const std::vector<json>& epochs) {
  for (size_t i = epochs.size(); i-- > 0;)
    if (stem(address) == fmt::format("epoch_{:03.0f}", find_number(epochs[i], "/epoch").value_or(-1)))
      return epochs[i];
  return {};
}

std::string caption(const std::string& address, const json& epoch) {
  if (epoch.is_null()) return stem(address);
  std::string text = fmt::format("epoch {:.0f}, step {:.0f}", *find_number(epoch, "/epoch"),
                                 find_number(epoch, "/step").value_or(0));
  if (const auto psnr = find_number(epoch, "/validation/psnr"))
    text += fmt::format(", PSNR {:.2f} dB", *psnr);
  if (const auto iou = find_number(epoch, "/validation/mean_iou"))
    text += fmt::format(", mIoU {:.1f} %", 100 * *iou);
  return text;
}

Sheet describe(const std::string& address, const std::vector<json>& epochs) {
  const json epoch = event_of(address, epochs);
  Sheet sheet{.address = address, .caption = caption(address, epoch)};
  if (const auto columns = find_list<std::string>(epoch, "sample_columns"); !columns.empty())
    sheet.columns = columns;
  return sheet;
}

std::string joined(const std::vector<std::string>& columns) {
  std::string text;
  for (const std::string& column : columns) text += (text.empty() ? "" : "|") + column;
  return text;
}

std::string link(const Sheet& sheet) {
  return fmt::format("<li><a href=\"{0}\" data-columns=\"{1}\">{2}</a></li>\n", escape_html(sheet.address),
                     escape_html(joined(sheet.columns)), escape_html(sheet.caption));
}

std::string heads(const Sheet& sheet) {
  std::string html;
  for (const std::string& column : sheet.columns) html += fmt::format("<span>{}</span>", escape_html(column));
  return html;
}

std::string swatch(uint8_t label, const std::string& name) {
  const auto [red, green, blue] = voc_color(label);
  return fmt::format("<li><i style=\"background:#{:02x}{:02x}{:02x}\"></i>{}</li>\n", red, green, blue,
                     escape_html(name));
}

std::string palette(const Sheet& sheet, const std::vector<std::string>& classes) {
  const auto shows_labels = [](const std::string& column) { return column.ends_with("labels"); };
  if (classes.empty() || std::ranges::none_of(sheet.columns, shows_labels)) return "";
  std::string list;
  for (size_t c = 0; c < classes.size(); ++c) list += swatch(uint8_t(c), classes[c]);
  return "<details class=\"card\"><summary>Colours of the labels</summary><ul class=\"palette\">\n" + list +
         swatch(kIgnoreLabel, "no label") + "</ul></details>\n";
}

}  // namespace

std::string sample_gallery(const SampleGallery& gallery) {
  if (gallery.sheets.empty()) return "";
  std::string links;
  Sheet latest;
  for (const std::string& address : gallery.sheets) {
    latest = describe(address, gallery.epochs);
    links += link(latest);
  }
  return fmt::format(
      "<figure class=\"gallery\" style=\"--columns:{0}\">\n"
      "<div class=\"controls\" hidden><button type=\"button\" value=\"-1\" aria-label=\"Previous epoch\">◀"
      "</button><input type=\"range\" min=\"1\" max=\"{1}\" value=\"{1}\" aria-label=\"Epoch\">"
      "<button type=\"button\" value=\"1\" aria-label=\"Next epoch\">▶</button><button type=\"button\" "
      "class=\"play\" aria-pressed=\"false\">Play</button></div>\n"
      "<figcaption aria-live=\"polite\">{2}</figcaption>\n<div class=\"heads\">{3}</div>\n"
      "<a class=\"sheet\" href=\"{4}\"><img loading=\"lazy\" src=\"{4}\" alt=\"Sample pictures of "
      "{2}\"></a>\n"
      "<ol class=\"sheets\">\n{5}</ol>\n</figure>\n{6}",
      latest.columns.size(), gallery.sheets.size(), escape_html(latest.caption), heads(latest),
      escape_html(latest.address), links, palette(latest, gallery.classes));
}

}  // namespace huegrad
