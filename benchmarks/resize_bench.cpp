// A photograph for the network, as bytes and as lightness, and colours at the size of a photograph.
#include "kernels/resize.h"

#include "benchmarks/harness.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

const auto kResize = [](auto on, const ResizeShape& s) {
  const auto x = on.values(s.input_size(), 0, 255), y = on.values(s.output_size(), 0, 255);
  return Work{[=] { resize(on.backend(), s, x.data(), y.data()); }, {.bytes = bytes_of(x, y)}};
};

const Named<ResizeShape> kTiny = {"tiny", {15, 20, 7, 9, 3}};
const Named<ResizeShape> kCrop = {"375x375_to_224x224", {375, 375, 224, 224, 3}};
const std::vector<Named<ResizeShape>> kPhotographs = {
    {"1080x1920_to_224x224", {1080, 1920, 224, 224, 1}},
    {"56x56_to_1080x1920", {56, 56, 1080, 1920, 2, ResizeFilter::cubic}}};

const bool kFloat = in_float("resize", cases_of<ResizeShape>(kTiny, kPhotographs, kPhotographs), kResize);

const bool kBytes = [] {
  const auto crops = cases_of<ResizeShape>(kTiny, {kCrop}, {kCrop});
  add_op<Reference, uint8_t>("resize", crops, kResize);
  add_op<Cpu, uint8_t>("resize", crops, kResize);
  add_op<Cuda, uint8_t>("resize", crops, kResize);
  return true;
}();

}  // namespace
