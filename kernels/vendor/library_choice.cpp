#include "kernels/vendor/library_choice.h"

#include <cstdio>
#include <set>

namespace huegrad::vendor {
namespace {

void say_once(const std::string& reason) {
  static std::set<std::string> said;
  if (said.insert(reason).second)
    std::fprintf(stderr, "huegrad: %s. The hand-written kernels are used instead.\n", reason.c_str());
}

}  // namespace

bool library_wanted(ConvolutionChoice choice, std::string (*unavailable)()) {
  const bool insists = choice == ConvolutionChoice::cudnn;
  if (!insists && !(choice == ConvolutionChoice::automatic && automatic_uses_libraries())) return false;
  const std::string reason = unavailable();
  if (reason.empty()) return true;
  if (insists) throw CudaError(reason);
  say_once(reason);
  return false;
}

}  // namespace huegrad::vendor
