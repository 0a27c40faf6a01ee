#include "apps/device_options.h"

#include <fmt/core.h>
#include <unistd.h>

#include "core/cuda_device.h"
#include "core/error.h"

namespace huegrad {
namespace {

ConvolutionChoice parse_convolution(const std::string& word) {
  if (word == "auto") return ConvolutionChoice::automatic;
  if (word == "cudnn") return ConvolutionChoice::cudnn;
  if (word == "handwritten") return ConvolutionChoice::handwritten;
  if (word == "naive") return ConvolutionChoice::naive;
  throw Error(ErrorKind::usage, fmt::format("unknown convolution '{}'", word), "--conv",
              "Use auto, cudnn, handwritten or naive");
}

void check_host(const std::string& precision, const std::string& convolution) {
  if (!precision.empty() && precision != "fp32")
    throw Error(ErrorKind::usage, fmt::format("the CPU computes in fp32, not {}", precision), "--precision",
                "Leave it out, or use --device cuda");
  if (convolution != "auto")
    throw Error(ErrorKind::usage, "this choice is the CUDA device's", fmt::format("--conv {}", convolution),
                "Leave it out, or use --device cuda");
}

}  // namespace

void DeviceOptions::add_to(CLI::App& command) {
  command
      .add_option("--device", device,
                  "auto (CUDA where there is a device), cpu, cuda, or reference (plain loops: slow)")
      ->capture_default_str();
  command.add_option(
      "--precision", precision,
      fmt::format("On CUDA: fp32, tf32 (products of floats rounded to 10 bits) or bf16 (activations "
                  "stored in 16 bits); default {}",
                  cuda_precision));
  command
      .add_option("--conv", convolution,
                  "Who computes convolutions on CUDA: auto, cudnn, handwritten or naive")
      ->capture_default_str();
}

std::string DeviceOptions::precision_on(const ComputePlace& place) const {
  if (place.device.in_host_memory()) return "fp32";
  return precision.empty() ? cuda_precision : precision;
}

ComputePlace DeviceOptions::choose(bool quiet) const {
  const ConvolutionChoice choice = parse_convolution(convolution);
  if (!precision.empty() && precision != "fp32" && precision != "tf32" && precision != "bf16")
    throw Error(ErrorKind::usage, fmt::format("unknown precision '{}'", precision), "--precision",
                "Use fp32, tf32 or bf16");
  const ComputePlace place{parse_device(device)};
  if (place.device.in_host_memory()) {
    check_host(precision, convolution);
    if (device == "auto" && cuda_is_built() && !quiet && isatty(STDERR_FILENO))
      fmt::print(stderr, "computing on the CPU: {}\n", cuda_unavailable());
    return place;
  }
  const std::string exactness = precision_on(place);
  cuda_context().convolution = choice;
  cuda_context().tensor_float32 = exactness != "fp32";
  return {place.device, exactness == "bf16" ? DType::bfloat16 : DType::float32};
}

}  // namespace huegrad
