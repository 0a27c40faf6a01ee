// huegrad-peer: huegrad's side of benchmarks/peers, in the words of worker.py.
//   huegrad-peer --prepare FOLDER PRESET        writes what everybody works on
//   huegrad-peer FOLDER WORK THREADS [MODE]     loads, answers {"loaded": SECONDS}, then obeys standard
//   input:
//     run N         does the work N times: {"seconds": [...]}
//     check FILE    writes outputs as safetensors: {}
// HUEGRAD_PEER_AVX2=1 in its environment: no vectors wider than AVX2's are used.
#include <fmt/core.h>
#include <hwy/targets.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "benchmarks/peers/prepare.h"
#include "benchmarks/peers/works.h"
#include "core/error.h"
#include "core/safetensors.h"
#include "kernels/parallel.h"

using namespace huegrad;

namespace {

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void answer(const nlohmann::json& json) {
  fmt::print("{}\n", json.dump());
  std::fflush(stdout);
}

void save(const std::string& path, const peers::NamedOutputs& outputs) {
  std::vector<StoredTensor> tensors;
  for (const auto& [name, tensor] : outputs) tensors.push_back(stored(name, tensor));
  write_safetensors(path, {}, tensors);
}

void obey(const std::string& line, const peers::Work& work) {
  std::istringstream words(line);
  std::string command, argument;
  words >> command >> argument;
  if (command == "check") {
    save(argument, work.outputs());
    answer(nlohmann::json::object());
    return;
  }
  if (command != "run") throw Error(ErrorKind::usage, "no command '" + line + "'", "standard input");
  std::vector<double> seconds;
  for (int i = 0; i < std::stoi(argument); ++i) seconds.push_back(seconds_of(work.run));
  answer({{"seconds", seconds}});
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() == 3 && arguments[0] == "--prepare") {
    peers::prepare(arguments[1], arguments[2]);
    return 0;
  }
  if (arguments.size() < 3 || arguments.size() > 4)
    throw Error(ErrorKind::usage, "expected FOLDER WORK THREADS [MODE]", "huegrad-peer");
  if (std::getenv("HUEGRAD_PEER_AVX2")) hwy::DisableTargets(HWY_AVX2 - 1);  // wider ones are lower bits
  set_thread_count(std::stoi(arguments[2]));
  peers::Work work;
  const double loaded = seconds_of([&] {
    work = peers::make_work(arguments[1], arguments.size() == 4 ? arguments[3] : "", arguments[0]);
  });
  answer({{"loaded", loaded}, {"units", work.units}});
  for (std::string line; std::getline(std::cin, line);) obey(line, work);
  return 0;
}

}  // namespace

int main(int argc, char** argv) try { return run({argv + 1, argv + argc}); } catch (const Error& error) {
  fmt::print(stderr, "huegrad: error: {}\n", error.what());
  return int(error.kind());
}
