// Runs kernels as compiled for one instruction set, among those this machine has.
#pragma once
#include <hwy/targets.h>

#include <cstdint>
#include <vector>

namespace huegrad::test {

class Target {
 public:
  explicit Target(int64_t target) { choose(target); }
  ~Target() { choose(0); }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

 private:
  static void choose(int64_t target) {
    hwy::SetSupportedTargetsForTest(target);  // 0: what the machine has
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

// Instruction sets of this machine that kernels are compiled for; those they are not compiled for fall back
// to the scalar version, which is worth a test too.
inline std::vector<int64_t> supported_targets() {
  std::vector<int64_t> targets;
  for (int64_t target : {HWY_AVX3, HWY_AVX2, HWY_SCALAR})
    if (hwy::SupportedTargets() & target || target == HWY_SCALAR) targets.push_back(target);
  return targets;
}

}  // namespace huegrad::test
