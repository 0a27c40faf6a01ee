// The transposed convolutions that double a size: conv8_1 of preset voc; those of its semantic branch are the
// same.
#include "kernels/conv_transpose2d.h"

#include "benchmarks/passes.h"

using namespace huegrad;
using namespace huegrad::bench;

namespace {

const auto kRun = [](auto backend, Pass pass, const ConvTranspose2dShape& s, const auto& a) {
  if (pass == Pass::forward)
    conv_transpose2d_forward(backend, s, a.x.data(), a.w.data(), {.bias = a.bias.data(), .relu = true},
                             a.y.data());
  if (pass == Pass::backward_data)
    conv_transpose2d_backward_data(backend, s, a.w.data(), a.y.data(), a.x.data());
  if (pass == Pass::backward_weight)
    conv_transpose2d_backward_weight(backend, s, a.x.data(), a.y.data(), a.dw.data());
};

ConvTranspose2dShape conv8_1(int64_t batch) { return {batch, 28, 28, 512, 256, 4, 4, 2, 1, 1}; }

// One picture at a time on the CPU.
const auto kCases = cases_of<ConvTranspose2dShape>(
    {"tiny", {1, 4, 4, 16, 8, 4, 4, 2, 1, 1}}, {{"conv8_1", conv8_1(1)}}, {{"conv8_1", conv8_1(kCudaBatch)}});

const bool kRegistered = every_pass("conv_transpose2d", "cudnn", kCases, kRun);

}  // namespace
