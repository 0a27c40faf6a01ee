#include "kernels/emulation/order.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "kernels/emulation/call_site.h"

namespace emu {

Order::Order(const std::string& name) {
  const std::string random = "random:";
  if (name == "forward") return;
  if (name == "reverse") {
    kind_ = Kind::reverse;
  } else if (name.starts_with(random) && name.size() > random.size()) {
    kind_ = Kind::random;
    random_.seed(unsigned(std::strtoul(name.c_str() + random.size(), nullptr, 10)));
  } else {
    fail("EMU_ORDER=%s is none of forward, reverse, random:SEED", name.c_str());
  }
}

std::vector<size_t> Order::permutation(size_t count) {
  std::vector<size_t> result(count);
  std::iota(result.begin(), result.end(), size_t(0));
  if (kind_ == Kind::reverse) std::reverse(result.begin(), result.end());
  if (kind_ == Kind::random) std::shuffle(result.begin(), result.end(), random_);
  return result;
}

Order order = [] {
  const char* const name = std::getenv("EMU_ORDER");
  return Order(name ? name : "forward");
}();

}  // namespace emu
