// Colourings of a whole data set measured against the originals, under a named protocol.
#pragma once
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "data/pack.h"
#include "net/colorizer.h"
#include "net/metrics.h"

namespace huegrad {

// How pictures are scaled before they are coloured and measured. PSNR, SSIM and colourfulness are means over
// pictures of 8-bit RGB (an exact picture counts kExactPsnr); AuC is over the pixels of all pictures, on ab
// before sRGB's gamut limits it.
struct Protocol {
  std::string name, description;
  int64_t stretch_to = 0;  // pictures are stretched to this square first; 0: measured as they were packed
};
inline constexpr double kExactPsnr = 100;

// "bmvc18" (the paper's Table 1: whole pictures) or "zhang16" (Zhang et al. 2016: 256x256). Throws
// Error(usage) listing the names for any other.
Protocol find_protocol(const std::string& name);

struct ColorFigures {
  double psnr = 0, ssim = 0, colorfulness = 0;
  double auc = 0, balanced_auc = 0;  // 0..1
};

// One way to colour: a line of the report.
struct Method {
  std::string name;
  Colorizer* predictor = nullptr;  // whose network; null: no colours at all (the grey picture)
  bool jbu = true;                 // how its colours come to full resolution
};

struct EvaluationResult {
  int64_t pictures = 0;
  std::vector<ColorFigures> figures;  // by method
  double original_colorfulness = 0;
  std::optional<ClassCounts> confusion;  // of the first method with labels, when the data is labelled
};

// Measures every method on the pictures of the packs, at most `limit` (0: all) from the front. The weights of
// the balanced AuC are the reciprocals of the packs' own ab prior. done: called after each group with the
// number of pictures so far. Throws Error(usage) when there are no pictures.
EvaluationResult evaluate(const std::vector<Method>& methods, const std::vector<std::unique_ptr<Pack>>& packs,
                          const Protocol& protocol, int64_t limit,
                          const std::function<void(int64_t)>& done = {});

// Working size under a protocol of a network trained at `input_size`.
WorkingSize working_size(const Protocol& protocol, int64_t input_size);

}  // namespace huegrad
