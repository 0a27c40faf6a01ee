#include "net/summary.h"

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace huegrad {
namespace {

std::string_view kind_name(LayerKind kind) {
  switch (kind) {
    case LayerKind::convolution:
      return "conv";
    case LayerKind::deconvolution:
      return "deconv";
    case LayerKind::batch_norm:
      return "norm";
    case LayerKind::concat:
      break;
  }
  return "concat";
}

// "3x3 /2" (stride), "3x3 d2" (dilation), "4x4 x2" (a deconvolution's factor)
std::string geometry(const LayerSpec& spec) {
  if (spec.kernel == 0) return "";
  std::string text = fmt::format("{0}x{0}", spec.kernel);
  if (spec.kind == LayerKind::deconvolution) text += fmt::format(" x{}", spec.options.stride);
  if (spec.kind == LayerKind::convolution && spec.options.stride > 1)
    text += fmt::format(" /{}", spec.options.stride);
  if (spec.options.dilation > 1) text += fmt::format(" d{}", spec.options.dilation);
  return text;
}

// 32230393 -> "32,230,393"
std::string grouped(int64_t value) {
  const std::string digits = std::to_string(value);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

}  // namespace

Summary summarize(const NetworkConfig& config, int64_t batch, int64_t height, int64_t width) {
  check(batch > 0 && height > 0 && width > 0 && height % 8 == 0 && width % 8 == 0, "summary",
        "height and width must be multiples of 8, they are {}x{}", height, width);
  Summary summary{.config = config, .batch = batch, .height = height, .width = width, .layers = {}};
  const auto specs = hierarchical_layers(config);
  const auto costs = layer_costs(specs, batch, height, width);
  for (size_t i = 0; i < specs.size(); ++i) {
    const LayerSummary layer{specs[i], costs[i], 4 * element_count(costs[i].output)};
    summary.parameters += layer.cost.parameters;
    summary.buffers += layer.cost.buffers;
    summary.macs += layer.cost.macs;
    summary.activation_bytes += layer.activation_bytes;
    summary.layers.push_back(layer);
  }
  summary.decoder = 2 * config.bins;
  return summary;
}

std::string to_table(const Summary& summary) {
  std::string text = fmt::format("{:<20} {:<7} {:<7} {:>16} {:>12} {:>9} {:>8}\n", "layer", "kind", "kernel",
                                 "output", "parameters", "MMAC", "MB");
  for (const auto& [spec, cost, bytes] : summary.layers)
    text +=
        fmt::format("{:<20} {:<7} {:<7} {:>16} {:>12} {:>9} {:>8.2f}\n", spec.name, kind_name(spec.kind),
                    geometry(spec), to_string(cost.output), cost.parameters ? grouped(cost.parameters) : "",
                    cost.macs ? fmt::format("{:.0f}", double(cost.macs) * 1e-6) : "", double(bytes) * 1e-6);
  text += fmt::format(
      "\nnetwork       {}, {} colour bins, {}\n",
      summary.config.preset.empty() ? "unnamed" : summary.config.preset, summary.config.bins,
      summary.config.semantics ? fmt::format("{} classes", summary.config.classes.size()) : "no semantics");
  text += fmt::format("parameters    {} of convolutions, {} batch-norm statistics, {} bin centres\n",
                      grouped(summary.parameters), grouped(summary.buffers), grouped(summary.decoder));
  text += fmt::format("model size    {:.1f} MB (all of these in float32, decimal megabytes)\n",
                      summary.megabytes());
  text += fmt::format("work          {:.2f} GMAC = {:.2f} GFLOP forward, input {}x{}x{}\n",
                      double(summary.macs) * 1e-9, double(summary.macs) * 2e-9, summary.batch, summary.height,
                      summary.width);
  text += fmt::format("activations   {:.1f} MB (outputs of all layers in float32: what training keeps)\n",
                      double(summary.activation_bytes) * 1e-6);
  return text;
}

nlohmann::json to_json(const Summary& summary) {
  nlohmann::json layers = nlohmann::json::array();
  for (const auto& [spec, cost, bytes] : summary.layers)
    layers.push_back({{"name", spec.name},
                      {"kind", kind_name(spec.kind)},
                      {"kernel", spec.kernel},
                      {"stride", spec.options.stride},
                      {"padding", spec.options.padding},
                      {"dilation", spec.options.dilation},
                      {"output", cost.output},
                      {"parameters", cost.parameters},
                      {"buffers", cost.buffers},
                      {"macs", cost.macs},
                      {"activation_bytes", bytes}});
  return {{"config", to_json(summary.config)},
          {"input", {summary.batch, summary.height, summary.width, 1}},
          {"layers", layers},
          {"parameters", summary.parameters},
          {"batch_norm_statistics", summary.buffers},
          {"bin_centres", summary.decoder},
          {"megabytes", summary.megabytes()},
          {"macs", summary.macs},
          {"activation_bytes", summary.activation_bytes}};
}

}  // namespace huegrad
