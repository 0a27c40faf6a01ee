// Label maps of photographs, for the classes of VOC and of COCO-stuff.
#include "kernels/upsample_labels.h"

#include "benchmarks/harness.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

UpsampleShape labels(int64_t height, int64_t width, int64_t classes) {
  return {.in_height = 56, .in_width = 56, .out_height = height, .out_width = width, .channels = classes};
}

const std::vector<Named<UpsampleShape>> kPhotographs = {{"375x500x21", labels(375, 500, 21)},
                                                        {"1080x1920x21", labels(1080, 1920, 21)},
                                                        {"375x500x183", labels(375, 500, 183)}};
const auto kMaps = cases_of<UpsampleShape>({"tiny", labels(20, 30, 21)}, kPhotographs, kPhotographs);

// A logit is blended of four, two operations each but the first.
const bool kLabels = everywhere("upsample_labels", kMaps, [](auto on, const UpsampleShape& s) {
  const auto logits = on.values(s.input_size());
  const auto map = on.levels(s.out_height * s.out_width);
  return Work{[=] { upsample_labels(on.backend(), s, logits.data(), map.data()); },
              {.bytes = bytes_of(logits) + bytes_of(map), .flops = 7.0 * double(s.output_size())}};
});

}  // namespace
