// Shapes that several ops share: images of preset voc's network.
#pragma once
#include <fmt/format.h>

#include "benchmarks/harness.h"

namespace huegrad::bench {

struct Image {
  int64_t batch = 1, height = 0, width = 0, channels = 0;

  int64_t rows() const { return batch * height * width; }
  int64_t size() const { return rows() * channels; }
  std::string name() const { return fmt::format("{}x{}x{}x{}", batch, height, width, channels); }
};

inline const Image kTinyImage = {1, 5, 6, 16};

// images: with any batch
inline Cases<Image> images(const std::vector<Image>& some) {
  return at_batch_sizes(Named<Image>{"tiny", kTinyImage}, [&](int64_t batch) {
    std::vector<Named<Image>> named;
    for (Image image : some) {
      image.batch = batch;
      named.push_back({image.name(), image});
    }
    return named;
  });
}

// The same, called SIZE_VARIANT: for ops that do their work in more than one way.
inline Cases<Image> variant(const std::string& name, Cases<Image> cases) {
  cases.tiny.name += "_" + name;
  for (auto* list : {&cases.cpu, &cases.cuda})
    for (Named<Image>& named : *list) named.name += "_" + name;
  return cases;
}

// The largest activation, one in the middle, and one behind the trunk.
inline Cases<Image> activations() { return images({{1, 224, 224, 64}, {1, 56, 56, 256}, {1, 28, 28, 512}}); }

}  // namespace huegrad::bench
