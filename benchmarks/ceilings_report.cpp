#include "benchmarks/ceilings_report.h"

#include <nlohmann/json.hpp>

#include "benchmarks/passes.h"
#include "net/ceilings.h"

namespace huegrad::bench {
namespace {

// Operations per second, or null where that library is not here.
nlohmann::json product(const Precision& precision, ConvolutionChoice choice) {
  try {
    choose(precision.math, choice);
    return product_flops_per_second({DeviceKind::cuda}, precision.storage, choice);
  } catch (const CudaError&) {
    return nullptr;
  }
}

nlohmann::json cuda_ceilings() {
  nlohmann::json products;
  for (const Precision& precision : kPrecisions)
    products[precision.name] = {{"cublas", product(precision, ConvolutionChoice::cudnn)},
                                {"handwritten", product(precision, ConvolutionChoice::handwritten)}};
  choose(Math::float32, ConvolutionChoice::automatic);
  return {{"device", cuda_context().info().name},
          {"copy_bytes_per_second", measure_ceilings({DeviceKind::cuda}).bytes_per_second},
          {"product_flops_per_second", products}};
}

}  // namespace

std::string ceilings_as_json() {
  const Ceilings cpu = measure_ceilings({});
  nlohmann::json json = {{"cpu",
                          {{"copy_bytes_per_second", cpu.bytes_per_second},
                           {"product_flops_per_second", cpu.flops_per_second}}}};
  if (cuda_unavailable().empty()) json["cuda"] = cuda_ceilings();
  return json.dump(1) + "\n";
}

}  // namespace huegrad::bench
