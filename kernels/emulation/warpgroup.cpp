#include "kernels/emulation/warpgroup.h"

#include "kernels/emulation/block.h"
#include "kernels/emulation/sanitizers.h"

namespace emu {

void warpgroup_product(ProductOfThread product, float* d, const SharedMatrix& a, const SharedMatrix& b,
                       bool add) {
  const UnseenByThreadSanitizer unseen;
  block.self().products.open.push_back({product, d, a, b, add});
}

void warpgroup_commit() {
  const UnseenByThreadSanitizer unseen;
  block.self().products.commit();
}

void warpgroup_wait(int pending) {
  block.self().products.wait(
      pending, [](const AsyncProduct& work) { work.multiply(work.d, work.a, work.b, work.add); });
}

}  // namespace emu
