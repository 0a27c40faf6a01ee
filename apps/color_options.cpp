#include "apps/color_options.h"

namespace huegrad {

void add_color_options(CLI::App& command, ColorizeOptions& options) {
  command
      .add_option("--temperature", options.temperature,
                  "Of the distribution over colours: 1 takes its mean, towards 0 only the likeliest colour "
                  "(0.01..100)")
      ->capture_default_str();
  command.add_option("--saturation", options.saturation, "Factor on the colours (0..10)")
      ->capture_default_str();
  command
      .add_option(
          "--jbu-sigma-s", options.jbu_sigma_spatial,
          "Reach of the joint bilateral filter, in pixels of the network's output (above 0, up to 1000)")
      ->capture_default_str();
  command
      .add_option("--jbu-sigma-r", options.jbu_sigma_range,
                  "Its tolerance of lightness steps, in grey levels of 0..255 (above 0, up to 1e6)")
      ->capture_default_str();
  command
      .add_option("--jbu-radius", options.jbu_radius, "Its window, in pixels of the network's output (0..64)")
      ->capture_default_str();
}

}  // namespace huegrad
