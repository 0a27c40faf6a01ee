// EMU_ORDER=forward|reverse|random:SEED: who comes first where CUDA leaves it open, that is among the threads
// of a block, those that a barrier or collective wakes, and the blocks of a grid.
#pragma once
#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace emu {

class Order {
 public:
  explicit Order(const std::string& name);  // aborts unless it is one of those above

  // Visits 0 ... count - 1. By chance is not needed here: who was made ready is chosen by chance later.
  template <class Visit>
  void for_each(int count, const Visit& visit) const {
    if (kind_ == Kind::reverse)
      for (int i = count; i-- > 0;) visit(i);
    else
      for (int i = 0; i < count; ++i) visit(i);
  }

  // Which of those that wait is next: the first, or any.
  size_t choose(size_t waiting) { return kind_ == Kind::random ? random_() % waiting : 0; }

  // 0 ... count - 1 in this order.
  std::vector<size_t> permutation(size_t count);

 private:
  enum class Kind { forward, reverse, random };
  Kind kind_ = Kind::forward;
  std::mt19937 random_;
};

extern Order order;  // of the environment

}  // namespace emu
