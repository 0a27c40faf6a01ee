#include "apps/device_options.h"

#include <fmt/core.h>
#include <unistd.h>

#include <utility>

#include "core/cuda_device.h"
#include "core/error.h"
#include "kernels/conv2d.h"

namespace huegrad {
namespace {

// The choice that a word given with `option` stands for on a device; `choices` lists those that it has.
template <class Choice, size_t count>
Choice parse(const char* option, const char* what, const std::string& word, Device device,
             const std::pair<const char*, Choice> (&choices)[count]) {
  std::string words;
  for (const auto& [name, choice] : choices) {
    if (word == name) return choice;
    words += (words.empty() ? "" : ", ") + std::string(name);
  }
  throw Error(ErrorKind::usage, fmt::format("{} has no {} '{}'", to_string(device), what, word), option,
              fmt::format("Use one of {}", words));
}

template <class Choice, size_t count>
Choice parse_convolution(const std::string& word, Device device,
                         const std::pair<const char*, Choice> (&choices)[count]) {
  return parse("--conv", "convolution", word, device, choices);
}

template <size_t count>
CpuProducts parse_products(const std::string& word, Device device,
                           const std::pair<const char*, CpuProducts> (&choices)[count]) {
  return parse("--products", "products", word, device, choices);
}

void choose_on_host(const DeviceOptions& options, Device device) {
  if (!options.precision.empty() && options.precision != "fp32")
    throw Error(ErrorKind::usage, fmt::format("the CPU computes in fp32, not {}", options.precision),
                "--precision", "Leave it out, or use --device cuda");
  choose_cpu_convolution(parse_convolution<CpuConvolution>(options.convolution, device,
                                                           {{"auto", CpuConvolution::automatic},
                                                            {"direct", CpuConvolution::direct},
                                                            {"winograd", CpuConvolution::winograd}}));
  choose_cpu_products(parse_products(
      options.products, device,
      {{"auto", CpuProducts::automatic}, {"vectors", CpuProducts::vectors}, {"tiles", CpuProducts::tiles}}));
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
    choose_on_host(*this, place.device);
    if (device == "auto" && cuda_is_built() && !quiet && isatty(STDERR_FILENO))
      fmt::print(stderr, "computing on the CPU: {}\n", cuda_unavailable());
    return place;
  }
  const std::string exactness = precision_on(place);
  cuda_context().convolution =
      parse_convolution<ConvolutionChoice>(convolution, place.device,
                                           {{"auto", ConvolutionChoice::automatic},
                                            {"cudnn", ConvolutionChoice::cudnn},
                                            {"handwritten", ConvolutionChoice::handwritten},
                                            {"naive", ConvolutionChoice::naive}});
  // There products follow from --conv and --precision.
  parse_products(products, place.device, {{"auto", CpuProducts::automatic}});
  cuda_context().tensor_float32 = exactness != "fp32";
  return {place.device, exactness == "bf16" ? DType::bfloat16 : DType::float32};
}

}  // namespace huegrad
