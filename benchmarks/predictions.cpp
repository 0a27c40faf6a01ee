#include "benchmarks/predictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "benchmarks/harness.h"

namespace huegrad::bench {
namespace {

// An H100 SXM. Peaks are the data sheet's, dense; shares and the launch are what such cards are known to
// reach.
constexpr double kBytesPerSecond = 3.0e12;  // of a copy; 3.35e12 at the pins
constexpr double kFloat32 = 67e12, kTensorFloat32 = 495e12, kBfloat16 = 990e12;
constexpr double kShareOfFloat32 = 0.75, kShareOfTensorCores = 0.6;
constexpr double kExponentials = 132 * 16 * 1.755e9;  // multiprocessors, each a clock, clock
constexpr double kLaunch = 3e-6;                      // seconds

double flops_per_second(Math math) {
  if (math == Math::float32) return kShareOfFloat32 * kFloat32;
  return kShareOfTensorCores * (math == Math::bfloat16 ? kBfloat16 : kTensorFloat32);
}

struct Prediction {
  double seconds = 0;
  const char* reason = "launch";
};

Prediction predict(const Cost& cost) {
  Prediction longest = {kLaunch, "launch"};
  const auto bound = [&](double seconds, const char* reason) {
    if (seconds > longest.seconds) longest = {seconds, reason};
  };
  bound(cost.bytes / kBytesPerSecond, "memory");
  bound(cost.flops / flops_per_second(cost.math), cost.math == Math::float32 ? "FMA" : "tensor cores");
  bound(cost.exponentials / kExponentials, "exponentials");
  return longest;
}

// "conv2d_forward<Cuda,bf16,cudnn>/conv3_2" taken apart.
struct Name {
  std::string kernel;     // "conv2d_forward conv3_2": what precisions have in common
  std::string precision;  // "bf16"
  bool is_handwritten;    // costs the same as the library's
};

Name parse(const std::string& name) {
  const size_t open = name.find('<'), close = name.find('>'), comma = name.find(',', open) + 1;
  const std::string in = name.substr(comma, close - comma);
  std::string types = in.substr(0, in.find(','));
  const bool is_cast = name.starts_with("cast<");
  if (is_cast) types = "float";
  const std::map<std::string, std::string> same = {
      {"float", "fp32"}, {"uint8", "fp32"}, {"bfloat16", "bf16"}};
  const auto known = same.find(types);
  return {name.substr(0, open) + (is_cast ? "<" + in + ">" : "") + " " + name.substr(close + 2),
          known == same.end() ? types : known->second, in.find("handwritten") != std::string::npos};
}

// Not networks (many kernels in a row), shapes for the emulation, and the ladder, which is there to be slow.
bool is_predicted(const Entry& entry) {
  return entry.cost.bytes > 0 && entry.name.find("/tiny") == std::string::npos &&
         !entry.name.starts_with("ladder");
}

struct Row {
  Cost cost;  // in the widest precision
  std::map<std::string, Prediction> by_precision;
};

std::string cell(const Row& row, const std::string& precision) {
  const auto found = row.by_precision.find(precision);
  if (found == row.by_precision.end()) return "";
  return fmt::format("{:.0f} {}", std::max(1.0, found->second.seconds * 1e6), found->second.reason);
}

}  // namespace

std::string predictions() {
  std::map<std::string, Row> rows;
  for (const Entry& entry : entries()) {
    if (entry.device != DeviceKind::cuda || !is_predicted(entry)) continue;
    const Name name = parse(entry.name);
    if (name.is_handwritten) continue;
    Row& row = rows[name.kernel];
    if (entry.cost.bytes > row.cost.bytes) row.cost = entry.cost;
    row.by_precision[name.precision] = predict(entry.cost);
  }
  std::string text = fmt::format(
      "# Predictions, not measurements\n\n"
      "Printed by `huegrad-bench --predict` from the costs that the benchmarks themselves count; a test "
      "compares.\n"
      "No kernel has been timed on an H100 for this table. It says what a well made kernel should take "
      "there: the\n"
      "longest of\n\n"
      "- memory: bytes, each input read and each output written once, at {:.1f} TB/s (3.35 at the pins),\n"
      "- FMA: operations at {:.0f} % of {:.0f} TFLOP/s; tensor cores: at {:.0f} % of {:.0f} (TF32) or "
      "{:.0f}\n"
      "  (bfloat16), which power and the edges of tiles leave of the data sheet's peaks,\n"
      "- exponentials: logarithms, powers and roots too, 16 a clock on each of 132 multiprocessors,\n"
      "- launch: {:.0f} microseconds.\n\n"
      "Microseconds and the reason, by precision. MB and GFLOP are those of the widest precision; bfloat16 "
      "halves\n"
      "the bytes of activations. A measured time that is much longer has a second pass over memory, idle\n"
      "multiprocessors or bank conflicts to explain it; one that is shorter found its operands in the "
      "caches.\n"
      "Convolutions stand for cuDNN's; ours are to reach 70 % of its rate.\n\n"
      "| kernel and shape | MB | GFLOP | fp32 | TF32 | bf16 |\n|---|---|---|---|---|---|\n",
      kBytesPerSecond * 1e-12, 100 * kShareOfFloat32, kFloat32 * 1e-12, 100 * kShareOfTensorCores,
      kTensorFloat32 * 1e-12, kBfloat16 * 1e-12, kLaunch * 1e6);
  for (const auto& [kernel, row] : rows)
    text += fmt::format("| `{}` | {:.1f} | {} | {} | {} | {} |\n", kernel, row.cost.bytes * 1e-6,
                        row.cost.flops > 0 ? fmt::format("{:.1f}", row.cost.flops * 1e-9) : "",
                        cell(row, "fp32"), cell(row, "tf32"), cell(row, "bf16"));
  return text;
}

}  // namespace huegrad::bench
