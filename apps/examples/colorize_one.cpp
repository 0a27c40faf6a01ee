// Colours one photograph with the library:
//   colorize_one MODEL.safetensors|- IN.jpg OUT.png        (-: the model that ships)
// Without arguments it says what the paper's network weighs.
#include <fmt/core.h>

#include <string>

#include "core/error.h"     // defines: Error
#include "data/image.h"     // defines: read_image, write_image
#include "net/colorizer.h"  // defines: Colorizer, load_model
#include "net/summary.h"    // defines: summarize

using namespace huegrad;

int main(int argc, char** argv) try {
  if (argc != 4) {
    const Summary summary = summarize(load_preset("voc"), 1, 224, 224);
    fmt::print("{:.1f} MB, {:.1f} GMAC\n", summary.megabytes(), double(summary.macs) * 1e-9);
    return 0;
  }
  const std::string model = argv[1];
  Colorizer colorizer(load_model(model == "-" ? "" : model).network, ColorizeOptions{});
  write_image(argv[3], colorizer.colorize(read_image(argv[2])));
  return 0;
} catch (const Error& error) {
  fmt::print(stderr, "colorize_one: {}\n", error.what());
  return int(error.kind());
}
