#include "core/arena.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "core/generator.h"

using namespace huegrad;

namespace {

constexpr int64_t kGranule = Arena::kGranule;

}  // namespace

TEST_CASE("arena: neighbours that are free grow together, whatever the order") {
  for (const auto& order : std::vector<std::vector<size_t>>{{0, 1, 2}, {2, 1, 0}, {1, 0, 2}, {0, 2, 1}}) {
    Arena arena(4 * kGranule);
    std::vector<void*> parts;
    for (int i = 0; i < 4; ++i) parts.push_back(arena.take(kGranule - Arena::kGap));
    CHECK(parts[0] < parts[3]);
    CHECK(arena.take(1) == nullptr);
    for (const size_t i : order) arena.give_back(parts[i]);
    CHECK(arena.take(4 * kGranule - Arena::kGap) == nullptr);
    CHECK(arena.take(3 * kGranule - Arena::kGap) == parts[0]);
    arena.give_back(parts[0]);
    arena.give_back(parts[3]);
    CHECK(arena.take(4 * kGranule - Arena::kGap) == parts[0]);
  }
}

TEST_CASE("arena: the smallest place that fits is taken") {
  Arena arena(16 * kGranule);
  void* wide = arena.take(3 * kGranule);
  void* wall = arena.take(1);
  void* narrow = arena.take(kGranule);
  void* other_wall = arena.take(1);
  arena.give_back(wide);
  arena.give_back(narrow);
  CHECK(arena.take(kGranule) == narrow);
  CHECK(arena.take(2 * kGranule) == wide);
  CHECK(arena.size_of(wide) == 3 * kGranule);
  CHECK(arena.owns(wall));
  CHECK_FALSE(arena.owns(&arena));
  arena.give_back(wall);
  arena.give_back(other_wall);
}

TEST_CASE("arena: what is free and was used counts as kept until it is discarded") {
  Arena arena(16 * kGranule);
  CHECK(arena.kept() == 0);
  auto* bytes = static_cast<unsigned char*>(arena.take(4 * kGranule));
  std::memset(bytes, 1, size_t(4 * kGranule));
  arena.give_back(bytes);
  CHECK(arena.kept() == 5 * kGranule);
  CHECK(arena.take(kGranule) == bytes);
  CHECK(arena.kept() == 3 * kGranule);
  arena.discard_free();
  CHECK(arena.kept() == 0);
  CHECK(bytes[0] == 1);
  CHECK(bytes[3 * kGranule] == 0);  // a fresh page
}

TEST_CASE("arena: without addresses it is empty") {
  Arena none(0), impossible(int64_t(1) << 60);
  CHECK(none.take(1) == nullptr);
  CHECK(impossible.take(1) == nullptr);
  CHECK_FALSE(impossible.owns(&none));
}

TEST_CASE("arena: buffers never overlap and keep what is written to them") {
  struct Buffer {
    uint8_t* bytes;
    int64_t size;
    uint8_t value;
  };
  Arena arena(64 * kGranule);
  Generator random(1, 2);
  std::vector<Buffer> buffers;
  const auto intact = [](const Buffer& b) {
    return std::all_of(b.bytes, b.bytes + b.size, [&](uint8_t byte) { return byte == b.value; });
  };
  int64_t refused = 0;
  for (int i = 0; i < 2000; ++i) {
    const int64_t size = 1 + random.below(6 * kGranule);
    if (void* pointer = arena.take(size)) {
      buffers.push_back({static_cast<uint8_t*>(pointer), size, uint8_t(i)});
      std::memset(pointer, uint8_t(i), size_t(size));
    } else {
      ++refused;
    }
    if (buffers.size() > 3 && random.below(2) == 0) {
      const auto victim = buffers.begin() + random.below(int64_t(buffers.size()));
      CHECK(intact(*victim));
      arena.give_back(victim->bytes);
      buffers.erase(victim);
    }
  }
  CHECK(refused > 0);
  for (const Buffer& buffer : buffers) {
    CHECK(intact(buffer));
    arena.give_back(buffer.bytes);
  }
  CHECK(arena.take(64 * kGranule - Arena::kGap) != nullptr);
}
