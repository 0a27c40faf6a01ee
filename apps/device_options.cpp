#include "apps/device_options.h"

#include <fmt/core.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "core/cuda_device.h"
#include "core/error.h"
#include "kernels/conv2d.h"

namespace huegrad {
namespace {

// What a device can be asked for with an option, and what the words stand for.
template <class Choice>
struct Choices {
  const char *option, *what;
  std::vector<std::pair<const char*, Choice>> words;

  Choice parse(const std::string& word, Device device) const {
    std::string known;
    for (const auto& [name, choice] : words) {
      if (word == name) return choice;
      known += (known.empty() ? "" : ", ") + std::string(name);
    }
    throw Error(ErrorKind::usage, fmt::format("{} has no {} '{}'", to_string(device), what, word), option,
                fmt::format("Use one of {}", known));
  }
};

const Choices<CpuConvolution> kCpuConvolutions{"--conv",
                                               "convolution",
                                               {{"auto", CpuConvolution::automatic},
                                                {"direct", CpuConvolution::direct},
                                                {"winograd", CpuConvolution::winograd}}};
const Choices<CpuProducts> kCpuProducts{
    "--products",
    "products",
    {{"auto", CpuProducts::automatic}, {"vectors", CpuProducts::vectors}, {"tiles", CpuProducts::tiles}}};
const Choices<ConvolutionChoice> kCudaConvolutions{"--conv",
                                                   "convolution",
                                                   {{"auto", ConvolutionChoice::automatic},
                                                    {"cudnn", ConvolutionChoice::cudnn},
                                                    {"handwritten", ConvolutionChoice::handwritten},
                                                    {"naive", ConvolutionChoice::naive}}};
// Its products follow from --conv and --precision.
const Choices<CpuProducts> kCudaProducts{"--products", "products", {{"auto", CpuProducts::automatic}}};

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
      .add_option(
          "--conv", convolution,
          "How convolutions are computed: auto; on the CPU direct (matrix products) or winograd; on CUDA "
          "cudnn, handwritten or naive")
      ->capture_default_str();
  command
      .add_option("--products", products,
                  "How the CPU multiplies matrices: auto, on vectors of floats, or on tiles of integers, as "
                  "exactly (auto where the processor has AMX; slow elsewhere)")
      ->capture_default_str();
}

std::string DeviceOptions::precision_on(const ComputePlace& place) const {
  if (place.device.in_host_memory()) return "fp32";
  return precision.empty() ? cuda_precision : precision;
}

ComputePlace DeviceOptions::choose(bool quiet) const {
  if (!precision.empty() && precision != "fp32" && precision != "tf32" && precision != "bf16")
    throw Error(ErrorKind::usage, fmt::format("unknown precision '{}'", precision), "--precision",
                "Use fp32, tf32 or bf16");
  const ComputePlace place{parse_device(device)};
  if (place.device.in_host_memory()) {
    if (!precision.empty() && precision != "fp32")
      throw Error(ErrorKind::usage, fmt::format("the CPU computes in fp32, not {}", precision), "--precision",
                  "Leave it out, or use --device cuda");
    choose_cpu_convolution(kCpuConvolutions.parse(convolution, place.device));
    choose_cpu_products(kCpuProducts.parse(products, place.device));
    if (device == "auto" && cuda_is_built() && !quiet && isatty(STDERR_FILENO))
      fmt::print(stderr, "computing on the CPU: {}\n", cuda_unavailable());
    return place;
  }
  const std::string exactness = precision_on(place);
  cuda_context().convolution = kCudaConvolutions.parse(convolution, place.device);
  kCudaProducts.parse(products, place.device);
  cuda_context().tensor_float32 = exactness != "fp32";
  return {place.device, exactness == "bf16" ? DType::bfloat16 : DType::float32};
}

}  // namespace huegrad
