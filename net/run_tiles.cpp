#include "net/run_tiles.h"

#include <fmt/format.h>

#include <algorithm>

#include "net/run_log.h"

namespace huegrad {
namespace {

using nlohmann::json;

std::string tile(const std::string& value, const std::string& what) {
  return fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>\n", value, what);
}

std::string section(const std::string& tiles) {
  return tiles.empty() ? "" : "<section class=\"tiles\">\n" + tiles + "</section>\n";
}

std::string memory_tile(const std::vector<json>& log, const std::string& path, const std::string& what) {
  const double bytes = greatest_number(log, path);
  return bytes > 0 ? tile(fmt::format("{:.2f} GiB", bytes / double(1 << 30)), what) : "";
}

}  // namespace

std::string duration(double seconds) {
  const auto minutes = int64_t(seconds / 60);
  if (minutes >= 60) return fmt::format("{} h {} min", minutes / 60, minutes % 60);
  return minutes > 0 ? fmt::format("{} min {} s", minutes, int64_t(seconds) % 60)
                     : fmt::format("{:.0f} s", seconds);
}

std::string best_tiles(const json& best) {
  if (best.is_null()) return "";
  const auto number = [&](const char* field) {
    return find_number(best, std::string("/validation/") + field);
  };
  std::string html = tile(fmt::format("{:.0f}", find_number(best, "/epoch").value_or(0)), "best epoch");
  html += tile(fmt::format("{:.3f}", *number("balanced_cross_entropy")), "balanced cross-entropy");
  if (const auto psnr = number("psnr")) html += tile(fmt::format("{:.2f} dB", *psnr), "PSNR");
  const auto chroma = number("chroma"), truth = number("true_chroma");
  if (chroma && truth)
    html += tile(fmt::format("{:.1f} of {:.1f}", *chroma, *truth), "chroma, predicted of true");
  if (const auto iou = number("mean_iou")) html += tile(fmt::format("{:.1f} %", 100 * *iou), "mean IoU");
  return section(html);
}

std::string cost_tiles(const std::vector<json>& log) {
  const std::vector<json> epochs = epochs_of(log);
  if (epochs.empty()) return "";
  const double seconds = find_number(epochs.back(), "/seconds").value_or(0);
  const double count = std::max(find_number(epochs.back(), "/epoch").value_or(1), 1.0);
  return section(tile(duration(greatest_number(log, "/seconds")), "of training in all") +
                 tile(duration(seconds / count), "an epoch, mean") +
                 memory_tile(log, "/peak_bytes", "peak of tensors in host memory") +
                 memory_tile(log, "/device_peak_bytes", "peak of tensors on the device"));
}

}  // namespace huegrad
