#include "kernels/emulation/warpgroup.h"

#include <utility>

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
  AsyncProducts& products = block.self().products;
  products.groups.push_back(std::exchange(products.open, {}));
}

void warpgroup_wait(int pending) {
  auto& groups = block.self().products.groups;
  for (; int(groups.size()) > pending; groups.pop_front())
    for (const AsyncProduct& product : groups.front())
      product.multiply(product.d, product.a, product.b, product.add);
}

}  // namespace emu
