#include "kernels/vendor/library_choice.h"

#include <cstdio>
#include <set>

namespace huegrad::vendor {

bool library_wanted(ConvolutionChoice choice) {
  return choice == ConvolutionChoice::cudnn ||
         (choice == ConvolutionChoice::automatic && automatic_uses_libraries());
}

void do_without_library(ConvolutionChoice choice, const std::string& cause, const std::string& subject) {
  const std::string line = subject.empty() ? cause : "[" + subject + "] " + cause;
  if (choice == ConvolutionChoice::cudnn)
    throw CudaError(line + ". --conv auto takes the hand-written kernels instead");
  static std::set<std::string> said;
  if (said.insert(cause).second)
    std::fprintf(stderr, "huegrad: %s. The hand-written kernels are used instead.\n", line.c_str());
}

}  // namespace huegrad::vendor
