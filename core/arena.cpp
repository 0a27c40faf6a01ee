#include "core/arena.h"

#include <algorithm>
#include <iterator>

#include "kernels/host_memory.h"

namespace huegrad {

Arena::Arena(int64_t capacity)
    : capacity_(capacity / kGranule * kGranule),
      begin_(capacity_ > 0 ? static_cast<char*>(reserve_host_addresses(capacity_)) : nullptr) {
  if (!begin_) return;
  add_free(blocks_.emplace(begin_, Block{.size = capacity_}).first);
}

Arena::~Arena() {
  if (begin_) release_host_addresses(begin_, capacity_);
}

bool Arena::owns(const void* pointer) const {
  return begin_ && pointer >= begin_ && pointer < begin_ + capacity_;
}

int64_t Arena::size_of(const void* pointer) const {
  return blocks_.at(static_cast<char*>(const_cast<void*>(pointer))).size;
}

void Arena::add_free(Blocks::iterator block) {
  block->second.free = true;
  kept_ += block->second.kept;
  free_.emplace(block->second.size, block->first);
}

void Arena::remove_free(Blocks::iterator block) {
  block->second.free = false;
  kept_ -= block->second.kept;
  free_.erase({block->second.size, block->first});
}

void* Arena::take(int64_t bytes) {
  const int64_t size = rounded(bytes);
  const auto entry = free_.lower_bound({size, nullptr});
  if (entry == free_.end()) return nullptr;
  const auto block = blocks_.find(entry->second);
  remove_free(block);
  Block& taken = block->second;
  if (taken.size > size) {
    const Block rest = {.size = taken.size - size, .kept = std::max<int64_t>(0, taken.kept - size)};
    add_free(blocks_.emplace(block->first + size, rest).first);
  }
  taken = {.size = size, .kept = size, .free = false};
  return block->first;
}

void Arena::give_back(void* pointer) {
  auto block = blocks_.find(static_cast<char*>(pointer));
  add_free(block);
  merge_behind(block);
  if (block != blocks_.begin()) merge_behind(std::prev(block));
}

void Arena::merge_behind(Blocks::iterator block) {
  const auto behind = std::next(block);
  if (behind == blocks_.end() || !block->second.free || !behind->second.free) return;
  remove_free(block);
  remove_free(behind);
  block->second.size += behind->second.size;
  block->second.kept += behind->second.kept;
  blocks_.erase(behind);
  add_free(block);
}

void Arena::discard_free() {
  for (auto& [pointer, block] : blocks_) {
    if (!block.free || block.kept == 0) continue;
    discard_host_pages(pointer, block.size);
    kept_ -= block.kept;
    block.kept = 0;
  }
}

}  // namespace huegrad
