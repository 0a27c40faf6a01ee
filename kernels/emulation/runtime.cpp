// emu_cudart.cpp - a link-time stand-in for libcudart: the real prototypes of cuda_runtime_api.h,
// implemented on the host. Link this instead of cudart and unmodified host code runs without a GPU.
//
// EMU_STREAMS=eager  every asynchronous call runs at once
// EMU_STREAMS=lazy   (default) work waits in its stream until a call that really waits for it, so
//                    a forgotten synchronisation or a missing cross-stream event shows as wrong data.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include "kernels/emulation/cuda_emulation.h"
#include "kernels/emulation/scheduler.h"
#ifdef EMU_ASAN
#include <sanitizer/asan_interface.h>
#endif

using Op = std::function<void()>;
struct CUgraph_st {
  std::vector<Op> ops;
};
struct CUgraphExec_st {
  std::vector<Op> ops;
};
struct CUstream_st {
  std::deque<Op> ops;
  size_t issued = 0, finished = 0;
  CUgraph_st* capture = nullptr;
};
struct CUevent_st {
  CUstream_st* stream = nullptr;
  size_t after = 0;  // complete once stream->finished >= after
  // Shared, because an event may be destroyed while a stream has yet to reach it.
  std::shared_ptr<std::chrono::steady_clock::time_point> time =
      std::make_shared<std::chrono::steady_clock::time_point>();
};

namespace {
// Host threads may call at once; one at a time is in here, and runs what it waits for.
class OneThread {
 public:
  OneThread() : lock_(mutex_) {}

 private:
  static inline std::recursive_mutex mutex_;
  std::lock_guard<std::recursive_mutex> lock_;
};

std::map<const char*, size_t> g_device;  // live device allocations
std::set<CUstream_st*> g_streams;
std::vector<std::unique_ptr<CUstream_st>> g_destroyed_streams;
cudaError_t g_last = cudaSuccess;
std::map<const void*, int> g_max_smem;

bool capturing() {
  const OneThread here;
  for (auto* s : g_streams)
    if (s->capture) return true;
  return false;
}

bool lazy() {
  static bool v = [] {
    const char* e = std::getenv("EMU_STREAMS");
    return !(e && std::string(e) == "eager");
  }();
  return v;
}
cudaError_t set(cudaError_t e) { return e == cudaSuccess ? e : (g_last = e); }

void run_one(CUstream_st* s) {
  Op op = std::move(s->ops.front());
  s->ops.pop_front();
  op();
  ++s->finished;
}
void drain(CUstream_st* s) {
  const OneThread here;
  while (!s->ops.empty()) run_one(s);
}
void drain_until(CUstream_st* s, size_t mark) {
  const OneThread here;
  while (s->finished < mark && !s->ops.empty()) run_one(s);
}
void drain_all() {
  const OneThread here;
  for (auto* s : g_streams) drain(s);
}

cudaError_t enqueue(CUstream_st* s, Op op) {
  const OneThread here;
  if (s && s->capture) {
    s->capture->ops.push_back(std::move(op));
    return cudaSuccess;
  }
  if (!s) {
    drain_all();
    op();
    return cudaSuccess;
  }  // legacy default stream waits for all others
  s->ops.push_back(std::move(op));
  ++s->issued;
  if (!lazy()) drain(s);
  return cudaSuccess;
}

const std::pair<const char* const, size_t>* find_device(const void* p) {
  auto c = static_cast<const char*>(p);
  auto it = g_device.upper_bound(c);
  if (it == g_device.begin()) return nullptr;
  --it;
  return c < it->first + std::max<size_t>(it->second, 1) ? &*it : nullptr;
}
// Host code may not touch device memory: outside kernels and copies it is poisoned (ASan builds).
struct DeviceAccess {
  static void each(bool open) {
#ifdef EMU_ASAN
    for (auto& [p, n] : g_device)
      open ? __asan_unpoison_memory_region(p, n) : __asan_poison_memory_region(p, n);
#else
    (void)open;
#endif
  }
  DeviceAccess() { each(true); }
  ~DeviceAccess() { each(false); }
};
void copy(void* d, const void* s, size_t n, cudaMemcpyKind k) {
  bool dd = find_device(d), sd = find_device(s);
  if (k != cudaMemcpyDefault && n)
    if (dd != (k == cudaMemcpyHostToDevice || k == cudaMemcpyDeviceToDevice) ||
        sd != (k == cudaMemcpyDeviceToHost || k == cudaMemcpyDeviceToDevice))
      emu::fail("cudaMemcpy: direction %d does not fit the pointers (dst is %s, src is %s)", int(k),
                dd ? "device" : "host", sd ? "device" : "host");
  DeviceAccess open;
  if (n) std::memmove(d, s, n);
}
}  // namespace

namespace emu {
void check_device_pointer(const void* p, size_t i) {
  const OneThread here;
  if (p && !find_device(p)) fail("launch: pointer argument %zu (%p) is not device memory", i, p);
}
cudaError_t launch_erased(dim3 g, dim3 b, size_t smem, cudaStream_t s, Body body) {
  size_t n = size_t(b.x) * b.y * b.z;
  if (n == 0 || n > 1024 || b.z > 64 || !g.x || !g.y || !g.z || g.y > 65535 || g.z > 65535)
    return set(cudaErrorInvalidConfiguration);
  if (smem > 227 * 1024) return set(cudaErrorInvalidValue);
  return enqueue(s, [=] {
    DeviceAccess open;
    run_grid(g, b, smem, body);
  });
}
// For stand-ins of other libraries (emu_cublas.cpp): host code that acts on device memory in stream order.
void enqueue_host_op(cudaStream_t s, std::function<void()> op) {
  enqueue(s, [=] {
    DeviceAccess open;
    op();
  });
}
}  // namespace emu

extern "C" {
cudaError_t cudaMalloc(void** p, size_t n) {
  const OneThread here;
  if (capturing()) return set(cudaErrorStreamCaptureUnsupported);
  if (posix_memalign(p, 256, n ? n : 1) != 0) return set(cudaErrorMemoryAllocation);
  std::memset(*p, 0xFF, n);  // NaN: reading before writing shows
  g_device[static_cast<char*>(*p)] = n;
#ifdef EMU_ASAN
  __asan_poison_memory_region(*p, n);
#endif
  return cudaSuccess;
}
cudaError_t cudaFree(void* p) {
  if (!p) return cudaSuccess;
  const OneThread here;
  if (capturing()) return set(cudaErrorStreamCaptureUnsupported);
  drain_all();  // like the real call, waits for the device
  if (!g_device.erase(static_cast<char*>(p))) return set(cudaErrorInvalidValue);
  std::free(p);
  return cudaSuccess;
}
cudaError_t cudaMallocAsync(void** p, size_t n, cudaStream_t) { return cudaMalloc(p, n); }
cudaError_t cudaFreeAsync(void* p, cudaStream_t s) {
  return enqueue(s, [=] {
    g_device.erase(static_cast<char*>(p));
    std::free(p);
  });
}
cudaError_t cudaMallocHost(void** p, size_t n) {
  *p = std::malloc(n ? n : 1);
  return cudaSuccess;
}
cudaError_t cudaFreeHost(void* p) {
  std::free(p);
  return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void* d, const void* s, size_t n, cudaMemcpyKind k, cudaStream_t st) {
  return enqueue(st, [=] { copy(d, s, n, k); });
}
cudaError_t cudaMemcpy(void* d, const void* s, size_t n, cudaMemcpyKind k) {
  return enqueue(nullptr, [=] { copy(d, s, n, k); });
}
cudaError_t cudaMemsetAsync(void* d, int v, size_t n, cudaStream_t st) {
  return enqueue(st, [=] {
    DeviceAccess o;
    std::memset(d, v, n);
  });
}
cudaError_t cudaMemset(void* d, int v, size_t n) { return cudaMemsetAsync(d, v, n, nullptr); }

cudaError_t cudaStreamCreate(cudaStream_t* s) {
  const OneThread here;
  g_streams.insert(*s = new CUstream_st);
  return cudaSuccess;
}
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* s, unsigned) { return cudaStreamCreate(s); }
cudaError_t cudaStreamDestroy(cudaStream_t s) {
  const OneThread here;
  drain(s);
  g_streams.erase(s);
  g_destroyed_streams.emplace_back(s);  // another stream may have yet to wait for it
  return cudaSuccess;
}
cudaError_t cudaStreamSynchronize(cudaStream_t s) {
  if (s && s->capture) return set(cudaErrorStreamCaptureUnsupported);
  if (s)
    drain(s);
  else
    drain_all();
  return g_last;
}
cudaError_t cudaDeviceSynchronize() {
  drain_all();
  return g_last;
}
cudaError_t cudaStreamWaitEvent(cudaStream_t s, cudaEvent_t e, unsigned) {
  CUstream_st* other = e->stream;
  size_t mark = e->after;
  return other ? enqueue(s, [=] { drain_until(other, mark); }) : cudaSuccess;
}
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* e, unsigned) {
  *e = new CUevent_st;
  return cudaSuccess;
}
cudaError_t cudaEventCreate(cudaEvent_t* e) { return cudaEventCreateWithFlags(e, 0); }
cudaError_t cudaEventDestroy(cudaEvent_t e) {
  delete e;
  return cudaSuccess;
}
cudaError_t cudaEventRecord(cudaEvent_t e, cudaStream_t s) {
  const OneThread here;
  e->stream = s;
  e->after = s ? s->issued + 1 : 0;
  return enqueue(s, [time = e->time] { *time = std::chrono::steady_clock::now(); });
}
cudaError_t cudaEventSynchronize(cudaEvent_t e) {
  if (e->stream) drain_until(e->stream, e->after);
  return cudaSuccess;
}
cudaError_t cudaEventElapsedTime(float* ms, cudaEvent_t a, cudaEvent_t b) {
  *ms = std::chrono::duration<float, std::milli>(*b->time - *a->time).count();
  return cudaSuccess;
}
// Graph capture is the same queue, kept instead of run.
cudaError_t cudaStreamBeginCapture(cudaStream_t s, cudaStreamCaptureMode) {
  const OneThread here;
  s->capture = new CUgraph_st;
  return cudaSuccess;
}
cudaError_t cudaStreamEndCapture(cudaStream_t s, cudaGraph_t* g) {
  const OneThread here;
  *g = s->capture;
  s->capture = nullptr;
  return cudaSuccess;
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* x, cudaGraph_t g, unsigned long long) {
  *x = new CUgraphExec_st{g->ops};
  return cudaSuccess;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t x, cudaStream_t s) {
  const OneThread here;
  for (auto& op : x->ops) enqueue(s, op);
  return cudaSuccess;
}
cudaError_t cudaGraphDestroy(cudaGraph_t g) {
  delete g;
  return cudaSuccess;
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t x) {
  delete x;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int* n) {
  *n = 1;
  return cudaSuccess;
}
cudaError_t cudaGetDevice(int* d) {
  *d = 0;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int d) { return d == 0 ? cudaSuccess : set(cudaErrorInvalidDevice); }
cudaError_t cudaGetLastError() {
  cudaError_t e = g_last;
  g_last = cudaSuccess;
  return e;
}
cudaError_t cudaPeekAtLastError() { return g_last; }
const char* cudaGetErrorString(cudaError_t e) {
  return e == cudaSuccess                     ? "no error"
         : e == cudaErrorInvalidConfiguration ? "invalid configuration argument"
                                              : "error (emulated runtime)";
}
const char* cudaGetErrorName(cudaError_t) { return "cudaError(emulated)"; }
cudaError_t cudaFuncSetAttribute(const void* f, cudaFuncAttribute a, int v) {
  if (a == cudaFuncAttributeMaxDynamicSharedMemorySize) g_max_smem[f] = v;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* p, int) {
  *p = {};
  std::strcpy(p->name, "cuda_emu (CPU fibers)");
  p->major = 9;
  p->multiProcessorCount = 4;
  p->warpSize = 32;
  p->maxThreadsPerBlock = 1024;
  p->sharedMemPerBlock = 48 << 10;
  p->sharedMemPerBlockOptin = 227 << 10;
  p->totalGlobalMem = size_t(4) << 30;
  return cudaSuccess;
}
}
