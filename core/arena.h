// One long range of host addresses from which large buffers are cut. A buffer that is given back grows
// together with free neighbours, so that the few large arrays of one half of a training step find place where
// the many middling ones of the other half were; kept apart by size, both would stay in memory.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace huegrad {

class Arena {
 public:
  // Reserves addresses; memory is taken page by page when it is touched. Where so many addresses cannot be
  // had, the arena is empty and take() always returns null.
  explicit Arena(int64_t capacity);
  ~Arena();
  Arena(const Arena&) = delete;

  // The smallest free place that fits. Sizes are rounded up to kGranule, to which the buffer is aligned, with
  // at least kGap bytes between buffers. Null when there is none.
  void* take(int64_t bytes);
  bool owns(const void* pointer) const;
  void give_back(void* pointer);

  static constexpr int64_t kGranule = 64 << 10, kGap = 64;
  static int64_t rounded(int64_t bytes) { return (bytes + kGap + kGranule - 1) / kGranule * kGranule; }

  // Bytes of a buffer that was taken, as rounded.
  int64_t size_of(const void* pointer) const;
  // Free bytes that still have memory, and how to give it to the system.
  int64_t kept() const { return kept_; }
  void discard_free();

 private:
  struct Block {
    int64_t size = 0;
    int64_t kept = 0;  // of a free block: bytes that have been touched, about
    bool free = true;
  };
  using Blocks = std::map<char*, Block>;

  void add_free(Blocks::iterator block);
  void remove_free(Blocks::iterator block);
  // Merges a block with the one behind it when both are free.
  void merge_behind(Blocks::iterator block);

  int64_t capacity_, kept_ = 0;
  char* begin_ = nullptr;
  Blocks blocks_;                             // all of the range, by address
  std::set<std::pair<int64_t, char*>> free_;  // by size, then address
};

}  // namespace huegrad
