#include "net/epoch_table.h"

#include <fmt/format.h>

#include <array>

#include "net/run_log.h"

namespace huegrad {
namespace {

using nlohmann::json;

struct Column {
  const char* title;
  const char* path;  // in an "epoch" event
  int decimals;
  double factor = 1;
};

constexpr std::array<Column, 13> kColumns = {
    {{"epoch", "/epoch", 0},
     {"step", "/step", 0},
     {"minutes", "/seconds", 1, 1.0 / 60},
     {"balanced cross-entropy", "/validation/balanced_cross_entropy", 4},
     {"balanced KL", "/validation/balanced_kl", 4},
     {"KL", "/validation/color_kl", 4},
     {"PSNR, dB", "/validation/psnr", 2},
     {"ab error", "/validation/ab_error", 2},
     {"chroma", "/validation/chroma", 2},
     {"nearest bin, %", "/validation/nearest_bin_accuracy", 1, 100},
     {"semantic loss", "/validation/semantic_loss", 4},
     {"pixel accuracy, %", "/validation/pixel_accuracy", 1, 100},
     {"mIoU, %", "/validation/mean_iou", 2, 100}}};

std::string epoch_row(const json& epoch, bool best) {
  std::string row = best ? "<tr class=\"best\">" : "<tr>";
  for (const Column& column : kColumns) {
    const auto value = find_number(epoch, column.path);
    row += value ? fmt::format("<td>{:.{}f}</td>", *value * column.factor, column.decimals) : "<td>–</td>";
  }
  return row + "</tr>\n";
}

}  // namespace

std::string epoch_table(const std::vector<json>& epochs, const json& best) {
  std::string html = "<div class=\"scroll\"><table>\n<thead><tr>";
  for (const Column& column : kColumns) html += fmt::format("<th scope=\"col\">{}</th>", column.title);
  html += "</tr></thead>\n<tbody>\n";
  for (size_t i = epochs.size(); i-- > 0;) html += epoch_row(epochs[i], epochs[i] == best);
  return html + "</tbody></table></div>";
}

}  // namespace huegrad
