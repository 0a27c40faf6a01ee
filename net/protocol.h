// How published evaluations cut and scale pictures before they measure them. PSNR is the same in all of them:
// 10 log10(255^2 / MSE) with MSE over all pixels and channels of 8-bit RGB, the mean over pictures.
// (siggraph17, the test_sweep.py of colorization-pytorch, measures the squares of zhang16 and clips channels
// where we lessen chroma: 0.01 dB apart on 100 VOC pictures, so it is no protocol of its own.)
#pragma once
#include <string>
#include <vector>

#include "data/image.h"
#include "data/label_map.h"
#include "data/pack.h"
#include "net/colorizer.h"

namespace huegrad {

struct Protocol {
  enum class Fit {
    whole,          // as packed
    stretched,      // to a square
    central_square  // the largest one in the middle, scaled
  };

  std::string name, description;
  Fit fit = Fit::whole;
  int64_t side = 0;                    // of the square; the network sees it at this size too
  bool absolute_colorfulness = false;  // net/metrics.h
};

// bmvc18 (the paper's Table 1), zhang16 (Zhang et al. 2016: AuC), ddcolor (Kang et al. 2023, as its authors
// measure the first 5,000 pictures of ImageNet's validation set).
const std::vector<Protocol>& protocols();
// Throws Error(usage) listing the names for any other.
Protocol find_protocol(const std::string& name);

// Working size under a protocol of a network trained at `input_size`.
WorkingSize working_size(const Protocol& protocol, int64_t input_size);

// The picture, and its labels if it has any, as they are measured.
Image fitted_picture(const Protocol& protocol, const PackPicture& picture);
LabelMap fitted_labels(const Protocol& protocol, const PackPicture& picture);

}  // namespace huegrad
