// huegrad gradcheck: are the gradients right, on this machine?
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "apps/commands.h"
#include "apps/device_options.h"
#include "core/error.h"
#include "layers/gradient_cases.h"

namespace huegrad {
namespace {

struct Options {
  std::string layer;
  DeviceOptions compute{.cuda_precision = "fp32"};
  bool json = false;
};

struct Row {
  std::string layer, name;
  GradientReport differences, device;
  double device_tolerance;
  bool passed() const { return differences.error <= kGradientTolerance && device.error <= device_tolerance; }
};

double tolerance_of(const std::string& precision) {
  if (precision == "bf16") return kBfloat16Tolerance;
  return precision == "tf32" ? kTensorFloat32Tolerance : kDeviceTolerance;
}

std::vector<GradientCase> chosen_cases(const std::string& layer) {
  std::vector<GradientCase> cases = gradient_cases();
  if (layer.empty()) return cases;
  std::set<std::string> names;
  for (const GradientCase& gradient_case : cases) names.insert(gradient_case.layer);
  if (!names.contains(layer)) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
    throw Error(ErrorKind::usage, "no such layer", fmt::format("--layer {}", layer), "Use one of " + list);
  }
  std::erase_if(cases, [&](const GradientCase& gradient_case) { return gradient_case.layer != layer; });
  return cases;
}

nlohmann::json to_json(const Row& row) {
  return {{"layer", row.layer},
          {"case", row.name},
          {"elements", row.differences.checked},
          {"excluded", row.differences.excluded},
          {"error", row.differences.error},
          {"where", row.differences.where},
          {"device_error", row.device.error},
          {"device_where", row.device.where},
          {"passed", row.passed()}};
}

void print_row(const Row& row) {
  fmt::print("{:<28} {:<34} {:>8} {:>8} {:>10.1e} {:>10.1e}  {}\n", row.layer, row.name,
             row.differences.checked, row.differences.excluded, row.differences.error, row.device.error,
             row.passed() ? "pass" : "FAIL");
  if (row.differences.error > kGradientTolerance) fmt::print("  {}\n", row.differences.where);
  if (row.device.error > row.device_tolerance) fmt::print("  {}\n", row.device.where);
}

void print_summary(const std::vector<Row>& rows, const std::string& device, const std::string& precision) {
  double worst = 0, worst_device = 0;
  for (const Row& row : rows) {
    worst = std::max(worst, row.differences.error);
    worst_device = std::max(worst_device, row.device.error);
  }
  const auto passed = std::count_if(rows.begin(), rows.end(), [](const Row& row) { return row.passed(); });
  fmt::print(
      "\n{} of {} pass. Worst relative error: {:.1e} against central differences (at most {:.0e}), {:.1e} in "
      "{} on {} (at most {:.0e}).\n",
      passed, rows.size(), worst, kGradientTolerance, worst_device, precision, device,
      tolerance_of(precision));
}

int run(const Options& options) {
  const ComputePlace place = options.compute.choose(options.json);
  const Device device = place.device;
  const std::string precision = options.compute.precision_on(place);
  const std::vector<GradientCase> cases = chosen_cases(options.layer);
  if (!options.json)
    fmt::print("{:<28} {:<34} {:>8} {:>8} {:>10} {:>10}\n", "function", "case", "elements", "at kink",
               "float64", to_string(device));
  std::vector<Row> rows;
  nlohmann::json json = nlohmann::json::array();
  for (const GradientCase& gradient_case : cases) {
    rows.push_back({gradient_case.layer, gradient_case.name, check_gradient(gradient_case),
                    check_device(gradient_case, device, place.storage), tolerance_of(precision)});
    if (options.json)
      json.push_back(to_json(rows.back()));
    else
      print_row(rows.back());
  }
  const bool passed = std::all_of(rows.begin(), rows.end(), [](const Row& row) { return row.passed(); });
  if (options.json)
    fmt::print(
        "{}\n",
        nlohmann::json{
            {"passed", passed}, {"device", to_string(device)}, {"precision", precision}, {"cases", json}}
            .dump(2));
  else
    print_summary(rows, to_string(device), precision);
  return passed ? 0 : 1;
}

}  // namespace

void add_gradcheck(CLI::App& app, int& status) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("gradcheck",
                                         "Check every differentiable function: its float64 gradient against "
                                         "central differences, and its values and "
                                         "gradients on a device against float64");
  command->add_option("--layer", options->layer, "Only this function, for example conv2d");
  options->compute.add_to(*command);
  command->add_flag("--json", options->json, kJsonHelp);
  command->footer(
      "Examples:\n"
      "  huegrad gradcheck\n"
      "  huegrad gradcheck --layer conv2d --json\n"
      "  huegrad gradcheck --device cuda --precision bf16\n"
      "Exit status 1: a gradient is wrong.");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace huegrad
