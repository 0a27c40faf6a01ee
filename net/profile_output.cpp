// Profiles as text for people and as JSON for programs.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "net/profile.h"

namespace huegrad {
namespace {

std::string rate(double amount, double seconds) {
  return amount > 0 ? fmt::format("{:.1f}", amount / seconds * 1e-9) : "";
}

}  // namespace

std::string to_table(const Profile& profile) {
  std::string text = fmt::format("{:<20} {:<8} {:<11} {:>9} {:>7} {:>9} {:>7} {:>9}\n", "layer", "pass",
                                 "algorithm", "ms", "share", "GFLOP/s", "GB/s", "roofline");
  const double total = profile.seconds();
  double flops = 0;
  for (const ProfileRow& row : profile.rows) {
    flops += row.flops;
    text +=
        fmt::format("{:<20} {:<8} {:<11} {:>9.3f} {:>5.1f} % {:>9} {:>7} {:>7.0f} %\n", row.layer, row.pass,
                    row.algorithm, row.seconds * 1e3, 100 * row.seconds / total, rate(row.flops, row.seconds),
                    rate(row.bytes, row.seconds), 100 * row.roofline_share(profile.ceilings));
  }
  text += fmt::format("{:<20} {:<8} {:<11} {:>9.3f} {:>7} {:>9}\n", "all layers", "", "", total * 1e3, "",
                      rate(flops, total));
  if (profile.whole > 0)
    text += fmt::format("{:<20} {:<8} {:<11} {:>9.3f} {:>7} {:>9}\n", "in one run", "", "",
                        profile.whole * 1e3, "", rate(flops, profile.whole));
  text += fmt::format(
      "\nroofline: least time, at the rates measured just now for copying ({:.1f} GB/s) and for products of "
      "matrices ({:.1f} GFLOP/s), over time; Winograd multiplies less than is counted and can pass 100 %\n",
      profile.ceilings.bytes_per_second * 1e-9, profile.ceilings.flops_per_second * 1e-9);
  return text;
}

nlohmann::json to_json(const Profile& profile) {
  const double total = profile.seconds();
  nlohmann::json rows = nlohmann::json::array();
  for (const ProfileRow& row : profile.rows)
    rows.push_back({{"layer", row.layer},
                    {"pass", row.pass},
                    {"algorithm", row.algorithm},
                    {"seconds", row.seconds},
                    {"share", row.seconds / total},
                    {"flops", row.flops},
                    {"bytes", row.bytes},
                    {"flops_per_second", row.flops / row.seconds},
                    {"bytes_per_second", row.bytes / row.seconds},
                    {"roofline_share", row.roofline_share(profile.ceilings)}});
  return {{"layers", rows},
          {"seconds", total},
          {"whole_seconds", profile.whole > 0 ? nlohmann::json(profile.whole) : nlohmann::json(nullptr)},
          {"copy_bytes_per_second", profile.ceilings.bytes_per_second},
          {"product_flops_per_second", profile.ceilings.flops_per_second}};
}

}  // namespace huegrad
