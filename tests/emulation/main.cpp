// planted_bugs NAME   with this bug; exit status 0: the answer is right all the same, 1: it is wrong, 3: a
// call
//                     has failed
// planted_bugs        every program without its bug; exit status 1 and their names if some answer is wrong
#include <cstdio>

#include "tests/emulation/planted_bug.h"

int main(int argc, char** argv) {
  using namespace planted;
  Programs programs = races();
  for (Programs more : {rendezvous(), device_memory(), host_calls(), warpgroups()}) programs.merge(more);
  if (argc > 1) {
    const auto found = programs.find(argv[1]);
    if (found == programs.end()) return std::fprintf(stderr, "no bug is called %s\n", argv[1]), 2;
    const bool right = found->second(true);
    return cudaGetLastError() != cudaSuccess ? 3 : right ? 0 : 1;
  }
  for (const auto& [name, program] : programs) std::printf("%s\n", name.c_str());
  int wrong = 0;
  programs.merge(vocabulary());
  for (const auto& [name, program] : programs) {
    if (program(false)) continue;
    std::fprintf(stderr, "%s is wrong without its bug\n", name.c_str());
    wrong = 1;
  }
  return wrong;
}
