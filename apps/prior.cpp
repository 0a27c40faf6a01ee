// huegrad prior: how often each ab bin occurs in packs, and how much it should count.
#include "data/prior.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/commands.h"
#include "apps/inputs.h"
#include "data/image.h"
#include "data/pack.h"
#include "kernels/color.h"

namespace huegrad {
namespace {

struct Flags {
  std::vector<std::string> packs;
  std::string output, plot;
  bool json = false;
};

// The ab plane, a to the right and b up: a cell per bin in its own hue, the lighter the more frequent it is,
// from the rarest bin to the most frequent one on a logarithmic scale.
Image plot_prior(std::span<const double> prior) {
  constexpr int64_t kCell = 24, kCells = 23;
  const std::span<const float> centers = AbBins::zhang313().centers();
  Image image = Image::make(kCell * kCells, kCell * kCells, 3);
  std::ranges::fill(image.samples8, uint8_t(255));
  const auto log_of = [](double p) { return std::log10(std::max(p, 1e-9)); };
  const double low = log_of(*std::ranges::min_element(prior)),
               high = log_of(*std::ranges::max_element(prior));
  for (size_t q = 0; q < prior.size(); ++q) {
    const double level = high > low ? (log_of(prior[q]) - low) / (high - low) : 1;
    const float color[3] = {float(5 + 90 * level), centers[2 * q], centers[2 * q + 1]};
    float rgb[3];
    lab_to_srgb(Reference{}, 1, color, rgb);
    const int64_t left = (std::lround(centers[2 * q] / 10) + kCells / 2) * kCell;
    const int64_t top = (kCells / 2 - std::lround(centers[2 * q + 1] / 10)) * kCell;
    for (int64_t y = top; y < top + kCell - 1; ++y)
      for (int64_t x = left; x < left + kCell - 1; ++x)
        for (int64_t c = 0; c < 3; ++c)
          image.samples8[size_t((y * image.width + x) * 3 + c)] = uint8_t(std::lround(rgb[c] * 255));
  }
  return image;
}

void print_summary(int64_t colors, std::span<const double> prior, std::span<const float> weights) {
  const std::span<const float> centers = AbBins::zhang313().centers();
  std::vector<size_t> order(prior.size());
  for (size_t q = 0; q < order.size(); ++q) order[q] = q;
  std::ranges::stable_sort(order, [&](size_t p, size_t q) { return prior[p] > prior[q]; });
  const auto [least, most] = std::ranges::minmax_element(weights);
  fmt::print("{} colours over {} bins; weights {:.4f} to {:.4f}\nmost frequent:\n", colors, prior.size(),
             *least, *most);
  fmt::print("{:>6} {:>6} {:>9} {:>8}\n", "a", "b", "share", "weight");
  for (size_t i = 0; i < 10; ++i)
    fmt::print("{:>6} {:>6} {:>8.3f}% {:>8.4f}\n", centers[2 * order[i]], centers[2 * order[i] + 1],
               100 * prior[order[i]], weights[order[i]]);
}

void report_prior(const Flags& flags) {
  std::vector<PackMetadata> packs;
  int64_t colors = 0;
  for (const std::string& path : flags.packs) {
    packs.push_back(Pack(path).metadata());
    colors += packs.back().prior_colors;
  }
  for (const std::string& output : {flags.output, flags.plot})
    check_not_input(output, {flags.packs.begin(), flags.packs.end()});
  const std::vector<double> prior = combined_prior(packs);
  const std::vector<float> weights = rebalance_weights(prior);
  if (!flags.plot.empty()) write_image(flags.plot, plot_prior(prior));  // first: it may be no picture's name
  if (!flags.output.empty()) write_prior(flags.output, prior);
  if (flags.json)
    fmt::print("{}\n", nlohmann::json{{"colors", colors},
                                      {"bins", AbBins::zhang313().centers()},
                                      {"prior", prior},
                                      {"weights", weights}}
                           .dump());
  else
    print_summary(colors, prior, weights);
}

}  // namespace

void add_prior(CLI::App& app, int& status) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* command =
      app.add_subcommand("prior", "How often colours occur in packs, and how much they count");
  command->add_option("PACK", flags->packs, "Packs to take together")->required();
  command->add_option("-o,--output", flags->output, "Write the prior to this JSON file");
  command->add_option("--plot", flags->plot, "Draw the prior over the ab plane (PNG or JPEG)");
  command->add_flag("--json", flags->json, fmt::format("{}: bins, prior and weights", kJsonHelp));
  command->footer(
      "Examples:\n"
      "  huegrad prior voc_train.pack\n"
      "  huegrad prior voc_train.pack coco_train.pack -o prior.json --plot prior.png");
  command->callback([=, &status] {
    report_prior(*flags);
    status = 0;
  });
}

}  // namespace huegrad
