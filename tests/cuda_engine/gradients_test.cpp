// Every differentiable function on the CUDA device against float64 by the definition.
#include <doctest/doctest.h>

#include "layers/gradient_cases.h"
#include "layers/gradient_check.h"
#include "tests/support/cuda_choice.h"

using namespace huegrad;
using namespace huegrad::test;

TEST_CASE("cuda gradients: values and gradients of every function, by hand and naive") {
  for (ConvolutionChoice choice : {ConvolutionChoice::handwritten, ConvolutionChoice::naive}) {
    const CudaChoice use(choice);
    for (const GradientCase& gradient_case : gradient_cases()) {
      CAPTURE(gradient_case.layer);
      CAPTURE(gradient_case.name);
      const GradientReport report = check_device(gradient_case, {DeviceKind::cuda});
      CAPTURE(report.where);
      CHECK(report.checked > 0);
      CHECK(report.error < kDeviceTolerance);
    }
  }
}

TEST_CASE("cuda gradients: in TF32 and in bfloat16, to what their roundings allow") {
  struct Precision {
    bool tensor_float32;
    DType storage;
    double tolerance;
  };
  for (const Precision& p : {Precision{true, DType::float32, kTensorFloat32Tolerance},
                             {true, DType::bfloat16, kBfloat16Tolerance}}) {
    const CudaChoice use(ConvolutionChoice::handwritten, p.tensor_float32);
    for (const GradientCase& gradient_case : gradient_cases()) {
      CAPTURE(gradient_case.layer);
      CAPTURE(gradient_case.name);
      const GradientReport report = check_device(gradient_case, {DeviceKind::cuda}, p.storage);
      CAPTURE(report.where);
      CHECK(report.error < p.tolerance);
    }
  }
}
