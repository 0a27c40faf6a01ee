// Warp collectives: lanes that name each other in a mask meet, and what they brought is exchanged.
#include <cstring>

#include "kernels/emulation/block.h"
#include "kernels/emulation/sanitizers.h"
#include "kernels/emulation/warp_functions.h"

namespace emu {
namespace {

Rendezvous& meeting_of(Warp& warp, unsigned mask, Exchange exchange, size_t bytes, CallSite where) {
  for (Rendezvous& meeting : warp.open)
    if (meeting.mask == mask) {
      if (meeting.exchange != exchange || !(meeting.where == where))
        fail("divergent warp collective: lane %d at %s meets others at %s", block.lane(),
             where.text().c_str(), meeting.where.text().c_str());
      return meeting;
    }
  char* const tag = &block.tags->collective[block.warp()][warp.collectives++ % 8];
  warp.open.push_back({mask, 0, exchange, bytes, where, tag, {}});
  return warp.open.back();
}

// Exchanges and wakes the lanes of every meeting that nobody is missing from any more.
void close_complete_meetings(int warp_index) {
  Warp& warp = block.warps[size_t(warp_index)];
  for (size_t i = 0; i < warp.open.size();) {
    if ((warp.open[i].mask & warp.live) != warp.open[i].arrived) {
      ++i;
      continue;
    }
    Rendezvous meeting = warp.open[i];
    warp.open.erase(warp.open.begin() + std::ptrdiff_t(i));
    meeting.exchange(meeting.lanes, meeting.arrived, meeting.bytes);
    order.for_each(32, [&](int lane) {
      if (meeting.lanes[lane].present) block.make_ready(warp_index * 32 + lane);
    });
  }
}

}  // namespace

void warp_collective(unsigned mask, Exchange exchange, const void* in, void* out, int argument, size_t bytes,
                     CallSite where) {
  const UnseenByThreadSanitizer unseen;
  const int lane = block.lane();
  if (!(mask >> lane & 1))
    fail("%s: mask %08x does not name the calling lane %d", where.text().c_str(), mask, lane);
  block.self().where = where;
  block.self().state = State::at_collective;
  Rendezvous& meeting = meeting_of(block.warps[size_t(block.warp())], mask, exchange, bytes, where);
  meeting.arrived |= 1u << lane;
  meeting.lanes[lane] = {in, out, argument, true};
  char& tag = *meeting.tag;
  release(tag);
  close_complete_meetings(block.warp());
  suspend();
  acquire(tag);
}

void leave_warp() {
  block.warps[size_t(block.warp())].live &= ~(1u << block.lane());
  close_complete_meetings(block.warp());
}

unsigned lane_id() { return unsigned(block.lane()); }

void copy_bytes(void* to, const void* from, size_t bytes) {
  auto* const d = static_cast<volatile char*>(to);
  const auto* const s = static_cast<const volatile char*>(from);
  for (size_t i = 0; i < bytes; ++i) d[i] = s[i];
}

void exchange_nothing(Lanes&, unsigned, size_t) {}

void exchange_shuffle(Lanes& lanes, unsigned, size_t bytes) {
  char values[32][16];
  if (bytes > sizeof values[0]) fail("shuffle of %zu bytes", bytes);
  std::memset(values, 0xff, sizeof values);
  for (int i = 0; i < 32; ++i)
    if (lanes[i].present) copy_bytes(values[i], lanes[i].in, bytes);
  for (const Lane& lane : lanes)
    if (lane.present) copy_bytes(lane.out, values[lane.argument & 31], bytes);
}

void exchange_ballot(Lanes& lanes, unsigned, size_t) {
  unsigned votes = 0;
  for (int i = 0; i < 32; ++i)
    if (lanes[i].present && lanes[i].argument) votes |= 1u << i;
  for (const Lane& lane : lanes)
    if (lane.present) copy_bytes(lane.out, &votes, sizeof votes);
}

}  // namespace emu
