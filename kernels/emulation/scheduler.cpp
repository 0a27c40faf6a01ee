// emu_core.cpp - fibers, the block scheduler, barriers and warp collectives.
// Compiled WITHOUT -fsanitize=thread (with -DEMU_TSAN) so that TSan sees only kernel code.
#include "kernels/emulation/scheduler.h"
#include <cuda_bf16.h>
#include <sys/mman.h>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>
#include "kernels/emulation/cuda_emulation.h"

#if !defined(EMU_SWITCH_ASM) && !defined(EMU_SWITCH_UCONTEXT) && !defined(EMU_SWITCH_BOOST)
#ifdef __x86_64__
#define EMU_SWITCH_ASM
#else
#define EMU_SWITCH_UCONTEXT
#endif
#endif
#ifdef EMU_SWITCH_UCONTEXT
#include <ucontext.h>
#endif
#ifdef EMU_SWITCH_BOOST
#include <boost/context/detail/fcontext.hpp>
namespace bc = boost::context::detail;
#endif
#ifdef EMU_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
constexpr size_t kStackBytes = 256 << 10;
#else
constexpr size_t kStackBytes = 64 << 10;
#endif
#ifdef EMU_TSAN
#include <sanitizer/tsan_interface.h>
extern "C" {
void AnnotateIgnoreReadsBegin(const char*, int);
void AnnotateIgnoreReadsEnd(const char*, int);
void AnnotateIgnoreWritesBegin(const char*, int);
void AnnotateIgnoreWritesEnd(const char*, int);
}
constexpr bool kFiberPerThread = true;  // TSan must see every CUDA thread as its own thread
#else
constexpr bool kFiberPerThread = false;  // a thread that never blocks reuses the running fiber
#endif

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

// ---- context switch ----------------------------------------------------------------------------
#ifdef EMU_SWITCH_ASM
extern "C" void emu_switch(void** save_sp, void* load_sp);
asm(R"(
.text
.globl emu_switch
.type emu_switch,@function
emu_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size emu_switch,.-emu_switch
)");
#endif

namespace emu {
namespace {
struct Fiber {
  void* sp = nullptr;
  char* stack = nullptr;  // lowest address; null for the main context
  size_t size = 0;
  void* tsan = nullptr;
  void* fake_stack = nullptr;
#ifdef EMU_SWITCH_UCONTEXT
  ucontext_t uc;
#endif
};
enum class State : uint8_t { fresh, ready, at_barrier, at_warp, done };
struct Copy {
  void* dst;
  const void* src;
  size_t n;
};
struct Thread {
  Fiber* fiber = nullptr;
  State state = State::fresh;
  uint3 idx{};
  Loc where;
  std::vector<Copy> open_copies;
  std::deque<std::vector<Copy>> copy_groups;
};
struct Rendezvous {
  unsigned mask = 0, arrived = 0;
  Exchange fn = nullptr;
  size_t bytes = 0;
  Loc where;
  char* tag = nullptr;
  Lane lanes[32];
};
struct Warp {
  unsigned live = 0;
  unsigned collectives = 0;
  char tag[8];
  std::vector<Rendezvous> open;
};

Order g_order = Order::forward;
std::mt19937 g_rng{1};
bool g_in_kernel = false;

Fiber g_main;
Fiber* g_current = &g_main;
std::vector<std::unique_ptr<Fiber>> g_fibers;
std::vector<Fiber*> g_idle;

// State of the one block in flight.
std::vector<Thread> g_threads;
std::vector<Warp> g_warps;
std::vector<int> g_queue;  // ready threads; a ring for FIFO orders, a bag for random order
size_t g_head = 0, g_count = 0;
int g_n = 0, g_tid = -1, g_waiting = 0, g_done = 0;
const Body* g_body = nullptr;
std::unique_ptr<char[]> g_dynamic;  // exactly smem bytes, so ASan sees the end
struct SharedSlot {
  const void* site;
  void* p;
};
std::vector<SharedSlot> g_shared;
// Addresses TSan uses as synchronisation objects. Barriers alternate between two, so that a thread leaving
// barrier k does not inherit order from threads that already reached barrier k+1.
char g_begin_tag, g_end_tag, g_barrier_tag[2];
unsigned g_barrier_index = 0;

void hb_release([[maybe_unused]] void* p) {
#ifdef EMU_TSAN
  __tsan_release(p);
#endif
}
void hb_acquire([[maybe_unused]] void* p) {
#ifdef EMU_TSAN
  __tsan_acquire(p);
#endif
}

// The scheduler's own allocations and copies are not the kernel's business.
struct TsanIgnore {
#ifdef EMU_TSAN
  TsanIgnore() { AnnotateIgnoreReadsBegin(__FILE__, 0), AnnotateIgnoreWritesBegin(__FILE__, 0); }
  ~TsanIgnore() { AnnotateIgnoreReadsEnd(__FILE__, 0), AnnotateIgnoreWritesEnd(__FILE__, 0); }
#else
  TsanIgnore() {}
#endif
};

void fiber_main();
#ifdef EMU_SWITCH_BOOST
void boost_entry(bc::transfer_t t) {
  static_cast<Fiber*>(t.data)->sp = t.fctx;
  fiber_main();
}
#endif

Fiber* new_fiber() {
  auto f = std::make_unique<Fiber>();
  f->size = kStackBytes;
  size_t page = 4096;
  char* m = static_cast<char*>(mmap(nullptr, kStackBytes + page, PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  if (m == MAP_FAILED) fail("cannot map a fiber stack");
  mprotect(m, page, PROT_NONE);  // guard page: stack overflow faults
  f->stack = m + page;
#if defined(EMU_SWITCH_ASM)
  void** top = reinterpret_cast<void**>(f->stack + f->size) - 2;  // 16-byte aligned slot for `ret`
  top[0] = reinterpret_cast<void*>(&fiber_main);
  top[1] = nullptr;
  f->sp = top - 6;
#elif defined(EMU_SWITCH_UCONTEXT)
  getcontext(&f->uc);
  f->uc.uc_stack = {f->stack, 0, f->size};
  f->uc.uc_link = nullptr;
  makecontext(&f->uc, fiber_main, 0);
#else
  f->sp = bc::make_fcontext(f->stack + f->size, f->size, boost_entry);
#endif
#ifdef EMU_TSAN
  f->tsan = __tsan_create_fiber(0);
#endif
  g_fibers.push_back(std::move(f));
  return g_fibers.back().get();
}

void switch_to(Fiber* to) {
  Fiber* from = g_current;
  g_current = to;
#ifdef EMU_TSAN
  __tsan_switch_to_fiber(to->tsan, __tsan_switch_to_fiber_no_sync);
#endif
#ifdef EMU_ASAN
  __sanitizer_start_switch_fiber(&from->fake_stack, to->stack, to->size);
#endif
#if defined(EMU_SWITCH_ASM)
  emu_switch(&from->sp, to->sp);
#elif defined(EMU_SWITCH_UCONTEXT)
  swapcontext(&from->uc, &to->uc);
#else
  auto t = bc::jump_fcontext(to->sp, from);
  static_cast<Fiber*>(t.data)->sp = t.fctx;
#endif
#ifdef EMU_ASAN
  __sanitizer_finish_switch_fiber(from->fake_stack, nullptr, nullptr);
#endif
}

// ---- ready queue -----------------------------------------------------------------------------------
int wrap(size_t i) { return int(i < size_t(g_n) ? i : i - g_n); }
void push_ready(int t) { g_queue[wrap(g_head + g_count++)] = t; }
int pop_ready() {
  if (g_count == 0) return -1;
  if (g_order == Order::random) std::swap(g_queue[g_head], g_queue[wrap(g_head + g_rng() % g_count)]);
  int t = g_queue[g_head];
  g_head = wrap(g_head + 1);
  --g_count;
  return t;
}
template <class F>
void in_order(int n, F f) {
  if (g_order == Order::reverse)
    for (int i = n; i-- > 0;) f(i);
  else
    for (int i = 0; i < n; ++i) f(i);
}

// Gives the processor to the next ready thread (or back to main when there is none). `idle` says the
// calling fiber has no unfinished thread on it.
void dispatch(bool idle) {
  Fiber* self = g_current;
  int t = pop_ready();
  Fiber* to = &g_main;
  if (t >= 0) {
    Thread& th = g_threads[t];
    if (th.state == State::fresh && th.fiber == nullptr) {
      if (kFiberPerThread) {
        th.fiber = g_fibers[t].get();
      } else if (idle) {
        th.fiber = self;
      } else if (!g_idle.empty()) {
        th.fiber = g_idle.back();
        g_idle.pop_back();
      } else {
        th.fiber = new_fiber();
      }
    }
    to = th.fiber;
    g_tid = t;
    threadIdx = th.idx;
  }
  if (to == self) return;
  if (idle && !kFiberPerThread && self != &g_main) g_idle.push_back(self);
  switch_to(to);
}

std::string at(const Loc& l) { return std::string(l.file) + ":" + std::to_string(l.line); }
bool same_place(const Loc& a, const Loc& b) { return a.line == b.line && std::strcmp(a.file, b.file) == 0; }

void release_barrier() {
  const Loc* first = nullptr;
  for (int i = 0; i < g_n; ++i) {
    if (g_threads[i].state != State::at_barrier) continue;
    if (!first)
      first = &g_threads[i].where;
    else if (!same_place(*first, g_threads[i].where))
      fail("divergent __syncthreads: some threads wait at %s, thread %d at %s", at(*first).c_str(), i,
           at(g_threads[i].where).c_str());
  }
  g_waiting = 0;
  ++g_barrier_index;
  in_order(g_n, [](int i) {
    if (g_threads[i].state != State::at_barrier) return;
    g_threads[i].state = State::ready;
    push_ready(i);
  });
}

void complete_rendezvous(int warp, size_t slot) {
  Rendezvous r = g_warps[warp].open[slot];
  g_warps[warp].open.erase(g_warps[warp].open.begin() + slot);
  r.fn(r.lanes, r.arrived, r.bytes);
  in_order(32, [&](int l) {
    if (!r.lanes[l].present) return;
    g_threads[warp * 32 + l].state = State::ready;
    push_ready(warp * 32 + l);
  });
}

void finish_thread() {
  Thread& th = g_threads[g_tid];
  th.state = State::done;
  if (!th.open_copies.empty()) th.open_copies.clear();
  if (!th.copy_groups.empty()) th.copy_groups.clear();
  ++g_done;
  if (g_waiting > 0)
    for (auto& o : g_threads)
      if (o.state == State::at_barrier)
        fail("thread %d exited while others wait at __syncthreads (%s)", g_tid, at(o.where).c_str());
  Warp& w = g_warps[g_tid / 32];
  w.live &= ~(1u << (g_tid % 32));
  for (size_t s = 0; s < w.open.size();)
    if ((w.open[s].mask & w.live) == w.open[s].arrived)
      complete_rendezvous(g_tid / 32, s);
    else
      ++s;
}

void fiber_main() {
#ifdef EMU_ASAN
  const void* bottom;
  size_t size;
  __sanitizer_finish_switch_fiber(nullptr, &bottom, &size);
  if (g_main.stack == nullptr)
    g_main.stack = const_cast<char*>(static_cast<const char*>(bottom)), g_main.size = size;
#endif
  for (;;) {
    hb_acquire(&g_begin_tag);
    (*g_body)();
    hb_release(&g_end_tag);
    TsanIgnore ignore;
    finish_thread();
    dispatch(true);
  }
}

void run_block(uint3 bid, dim3 block, size_t smem) {
  blockIdx = bid;
  uint3 idx{0, 0, 0};
  for (Thread& th : g_threads) {
    th.fiber = nullptr;
    th.state = State::fresh;
    th.idx = idx;
    if (++idx.x == block.x) idx.x = 0, ++idx.y;
    if (idx.y == block.y) idx.y = 0, ++idx.z;
  }
  for (size_t w = 0; w < g_warps.size(); ++w) {
    int lanes = std::min(32, g_n - int(w) * 32);
    g_warps[w].live = lanes == 32 ? ~0u : (1u << lanes) - 1;
    g_warps[w].open.clear();
  }
  if (smem) std::memset(g_dynamic.get(), 0xFF, smem);  // NaN: reads of unwritten shared memory show
  g_head = g_count = 0;
  g_waiting = g_done = 0;
  in_order(g_n, push_ready);
  hb_release(&g_begin_tag);
  dispatch(false);
  hb_acquire(&g_end_tag);
  for (auto& s : g_shared) std::free(s.p);
  g_shared.clear();
  if (g_done == g_n) return;
  for (int i = 0; i < g_n; ++i)
    if (g_threads[i].state != State::done)
      fail("deadlock: %d of %d threads finished; thread %d waits at %s", g_done, g_n, i,
           at(g_threads[i].where).c_str());
}
}  // namespace

void set_order(Order o, unsigned seed) {
  g_order = o;
  g_rng.seed(seed);
}
bool in_kernel() { return g_in_kernel; }

void run_grid(dim3 grid, dim3 block, size_t smem, const Body& body) {
  static bool once = [] {
    if (const char* e = std::getenv("EMU_ORDER")) {
      std::string s = e;
      unsigned seed = s.find(':') == s.npos ? 1u : unsigned(std::stoul(s.substr(s.find(':') + 1)));
      set_order(s[0] == 'f' ? Order::forward : s.substr(0, 2) == "re" ? Order::reverse : Order::random, seed);
    }
    return true;
  }();
  (void)once;
#ifdef EMU_TSAN
  g_main.tsan = __tsan_get_current_fiber();
  while (g_fibers.size() < size_t(block.x) * block.y * block.z)
    new_fiber();  // a fiber inherits its creator's order
#endif
  g_in_kernel = true;
  gridDim = grid;
  blockDim = block;
  g_n = int(block.x * block.y * block.z);
  g_threads.resize(g_n);
  g_warps.resize((g_n + 31) / 32);
  g_queue.resize(g_n);
  g_dynamic.reset(smem ? new char[smem] : nullptr);
  g_body = &body;
  size_t blocks = size_t(grid.x) * grid.y * grid.z;
  std::vector<size_t> order(blocks);
  for (size_t i = 0; i < blocks; ++i) order[i] = g_order == Order::reverse ? blocks - 1 - i : i;
  if (g_order == Order::random) std::shuffle(order.begin(), order.end(), g_rng);
  for (size_t b : order)
    run_block({unsigned(b % grid.x), unsigned(b / grid.x % grid.y), unsigned(b / (size_t(grid.x) * grid.y))},
              block, smem);
  g_in_kernel = false;
}

void fail(const char* fmt, ...) {
  std::fprintf(stderr, "cuda_emu: block (%u,%u,%u) thread (%u,%u,%u): ", blockIdx.x, blockIdx.y, blockIdx.z,
               threadIdx.x, threadIdx.y, threadIdx.z);
  va_list ap;
  va_start(ap, fmt);
  std::vfprintf(stderr, fmt, ap);
  va_end(ap);
  std::fputc('\n', stderr);
  std::abort();
}

unsigned lane_id() { return unsigned(g_tid) % 32; }
unsigned active_mask() { return g_warps[g_tid / 32].live; }
void* shared_slot(const void* site, size_t bytes, size_t align) {
  for (auto& s : g_shared)
    if (s.site == site) return s.p;
  TsanIgnore ignore;
  align = std::max<size_t>(align, 16);
  void* p = std::aligned_alloc(align, (bytes + align - 1) / align * align);
  std::memset(p, 0xFF, bytes);
#ifdef EMU_ASAN
  __asan_poison_memory_region(static_cast<char*>(p) + bytes, (bytes + align - 1) / align * align - bytes);
#endif
  g_shared.push_back({site, p});
  return p;
}
void* dynamic_shared_base() { return g_dynamic.get(); }
void copy_bytes(void* dst, const void* src, size_t n) {
  auto d = static_cast<volatile char*>(dst);
  auto s = static_cast<const volatile char*>(src);
  while (n--) *d++ = *s++;
}

void block_barrier(Loc where) {
  TsanIgnore ignore;
  Thread& th = g_threads[g_tid];
  if (g_done > 0)
    fail("__syncthreads at %s reached after %d threads of the block exited", at(where).c_str(), g_done);
  th.where = where;
  th.state = State::at_barrier;
  char* tag = &g_barrier_tag[g_barrier_index % 2];
  hb_release(tag);
  if (++g_waiting == g_n - g_done) release_barrier();
  dispatch(false);
  hb_acquire(tag);
}

void warp_collective(unsigned mask, Exchange fn, const void* in, void* out, int arg, size_t bytes,
                     Loc where) {
  TsanIgnore ignore;
  int warp = g_tid / 32, lane = g_tid % 32;
  Warp& w = g_warps[warp];
  if (!(mask >> lane & 1))
    fail("%s: mask %08x does not name the calling lane %d", at(where).c_str(), mask, lane);
  Thread& th = g_threads[g_tid];
  th.where = where;
  th.state = State::at_warp;
  size_t s = 0;
  while (s < w.open.size() && w.open[s].mask != mask) ++s;
  if (s == w.open.size()) w.open.push_back({mask, 0, fn, bytes, where, &w.tag[w.collectives++ % 8], {}});
  Rendezvous& r = w.open[s];
  if (r.fn != fn || !same_place(r.where, where))
    fail("divergent warp collective: lane %d at %s meets others at %s", lane, at(where).c_str(),
         at(r.where).c_str());
  r.arrived |= 1u << lane;
  r.lanes[lane] = {in, out, arg, true};
  char* tag = r.tag;
  hb_release(tag);
  if (r.arrived == (mask & w.live)) complete_rendezvous(warp, s);
  dispatch(false);
  hb_acquire(tag);
}

// ---- exchanges: run by the last lane for everybody --------------------------------------------------
void exchange_nothing(Lane (&)[32], unsigned, size_t) {}
void exchange_shuffle(Lane (&l)[32], unsigned, size_t bytes) {
  char buf[32][64];
  if (bytes > 64) fail("shuffle of %zu bytes", bytes);
  for (int i = 0; i < 32; ++i) {
    if (l[i].present)
      copy_bytes(buf[i], l[i].in, bytes);
    else
      std::memset(buf[i], 0xFF, bytes);  // an absent source lane yields NaN / -1
  }
  for (int i = 0; i < 32; ++i)
    if (l[i].present) copy_bytes(l[i].out, buf[l[i].arg & 31], bytes);
}
void exchange_ballot(Lane (&l)[32], unsigned, size_t) {
  unsigned r = 0;
  for (int i = 0; i < 32; ++i)
    if (l[i].present && l[i].arg) r |= 1u << i;
  for (int i = 0; i < 32; ++i)
    if (l[i].present) copy_bytes(l[i].out, &r, sizeof r);
}
// Fragment layout of mma.sync.m16n8k16 as tabulated in the PTX ISA ("Matrix Fragments for mma.m16n8k16").
void exchange_mma_m16n8k16_bf16(Lane (&l)[32], unsigned mask, size_t) {
  if (mask != ~0u) fail("mma.sync needs a full warp");
  float A[16][16], B[16][8], C[16][8];
  auto bf = [](unsigned reg, int half) { return std::bit_cast<float>(half ? reg & 0xFFFF0000u : reg << 16); };
  for (int t = 0; t < 32; ++t) {
    MmaIn in;
    copy_bytes(&in, l[t].in, sizeof in);
    int g = t / 4, q = t % 4;
    for (int i = 0; i < 8; ++i) A[g + (i / 2 % 2) * 8][q * 2 + i % 2 + (i / 4) * 8] = bf(in.a[i / 2], i % 2);
    for (int i = 0; i < 4; ++i) B[q * 2 + i % 2 + (i / 2) * 8][g] = bf(in.b[i / 2], i % 2);
    for (int i = 0; i < 4; ++i) C[g + (i / 2) * 8][q * 2 + i % 2] = in.c[i];
  }
  for (int t = 0; t < 32; ++t) {
    float d[4];
    for (int i = 0; i < 4; ++i) {
      int r = t / 4 + (i / 2) * 8, c = t % 4 * 2 + i % 2;
      float s = C[r][c];
      for (int k = 0; k < 16; ++k) s += A[r][k] * B[k][c];
      d[i] = s;
    }
    copy_bytes(l[t].out, d, sizeof d);
  }
}
void exchange_mma_m16n8k8_tf32(Lane (&l)[32], unsigned mask, size_t) {
  if (mask != ~0u) fail("mma.sync needs a full warp");
  float A[16][8], B[8][8], C[16][8];
  auto tf = [](unsigned reg) { return std::bit_cast<float>(reg & ~0x1fffu); };
  for (int t = 0; t < 32; ++t) {
    MmaTf32In in;
    copy_bytes(&in, l[t].in, sizeof in);
    int g = t / 4, q = t % 4;
    for (int i = 0; i < 4; ++i) A[g + i % 2 * 8][q + i / 2 * 4] = tf(in.a[i]);
    for (int i = 0; i < 2; ++i) B[q + i * 4][g] = tf(in.b[i]);
    for (int i = 0; i < 4; ++i) C[g + (i / 2) * 8][q * 2 + i % 2] = in.c[i];
  }
  for (int t = 0; t < 32; ++t) {
    float d[4];
    for (int i = 0; i < 4; ++i) {
      int r = t / 4 + (i / 2) * 8, c = t % 4 * 2 + i % 2;
      float s = C[r][c];
      for (int k = 0; k < 8; ++k) s += A[r][k] * B[k][c];
      d[i] = s;
    }
    copy_bytes(l[t].out, d, sizeof d);
  }
}
void exchange_wmma_16x16x16(Lane (&l)[32], unsigned mask, size_t) {
  if (mask != ~0u) fail("wmma needs a full warp");
  float A[256], B[256], C[256];
  for (int t = 0; t < 32; ++t) {
    WmmaIn in;
    copy_bytes(&in, l[t].in, sizeof in);
    copy_bytes(A + t * 8, in.a, 32), copy_bytes(B + t * 8, in.b, 32), copy_bytes(C + t * 8, in.c, 32);
  }
  float D[256];
  for (int r = 0; r < 16; ++r)
    for (int c = 0; c < 16; ++c) {
      float s = C[r * 16 + c];
      for (int k = 0; k < 16; ++k) s += A[r * 16 + k] * B[k * 16 + c];
      D[r * 16 + c] = s;
    }
  for (int t = 0; t < 32; ++t) copy_bytes(l[t].out, D + t * 8, 32);
}

// ---- cp.async ------------------------------------------------------------------------------------------
void cp_async_issue(void* dst, const void* src, size_t n) {
  TsanIgnore ignore;
  g_threads[g_tid].open_copies.push_back({dst, src, n});
}
void cp_async_commit() {
  TsanIgnore ignore;
  Thread& t = g_threads[g_tid];
  t.copy_groups.push_back(std::move(t.open_copies));
  t.open_copies.clear();
}
void cp_async_wait(int pending) {
  Thread& t = g_threads[g_tid];
  for (; int(t.copy_groups.size()) > pending; t.copy_groups.pop_front())
    for (Copy& c : t.copy_groups.front())
      if (c.src) std::memcpy(c.dst, c.src, c.n);
      else std::memset(c.dst, 0, c.n);
}
}  // namespace emu
