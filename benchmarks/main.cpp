// huegrad-bench: Google Benchmark's main, which also says which machine the figures come from.
//   huegrad-bench                measures; --help lists Google Benchmark's flags
//   huegrad-bench --ceilings     what this machine copies and multiplies at best, as JSON
//   huegrad-bench --engines PRESET:SIDE:BATCH    what cuDNN guesses for its layers, and what the guesses take
//   huegrad-bench --tiles PRESET:SIDE:BATCH      what the tiles of our hand-written convolutions take there
//   huegrad-bench --predict      what every CUDA kernel's figures should be on an H100; needs no GPU
#include <benchmark/benchmark.h>

#include <iostream>
#include <stdexcept>
#include <string>

#include "benchmarks/ceilings_report.h"
#include "benchmarks/engines_report.h"
#include "benchmarks/harness.h"
#include "benchmarks/predictions.h"
#include "benchmarks/tiles_report.h"
#include "core/machine.h"
#include "kernels/parallel.h"

namespace {

// Google Benchmark's file of results, each on disk as soon as it is measured.
class KeptAtOnce : public benchmark::JSONReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    benchmark::JSONReporter::ReportRuns(runs);
    GetOutputStream().flush();
  }
};

bool writes_a_file(int argc, char** argv) {
  for (int i = 1; i < argc; ++i)
    if (std::string(argv[i]).starts_with("--benchmark_out=")) return true;
  return false;
}

int print(std::string (*report)(const std::string& network), const char* network) try {
  std::cout << report(network);
  return 0;
} catch (const std::runtime_error& error) {
  std::cerr << "huegrad-bench: error: " << error.what() << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && argv[1] == std::string("--predict")) {
    std::cout << huegrad::bench::predictions();
    return 0;
  }
  if (argc == 2 && argv[1] == std::string("--ceilings")) {
    std::cout << huegrad::bench::ceilings_as_json();
    return 0;
  }
  if (argc == 3 && argv[1] == std::string("--engines"))
    return print(huegrad::bench::engines_as_json, argv[2]);
  if (argc == 3 && argv[1] == std::string("--tiles")) return print(huegrad::bench::tiles_as_json, argv[2]);
  benchmark::AddCustomContext("cpu", huegrad::cpu_model());
  benchmark::AddCustomContext("threads", std::to_string(huegrad::thread_count()));
  const bool has_file = writes_a_file(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  huegrad::bench::register_entries();
  KeptAtOnce file;
  benchmark::RunSpecifiedBenchmarks(nullptr, has_file ? &file : nullptr);
  benchmark::Shutdown();
}
