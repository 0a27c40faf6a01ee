// A CUDA device as kernels and tensors need it: memory, one stream that all work is queued on in order, and
// the choices that kernels are run with. No CUDA header is needed to use it, so that everything above is
// compiled once, whatever stands behind: the toolkit (kernels/cuda), the emulation of the same files on a CPU
// (kernels/emulation), or nothing (kernels/no_cuda).
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>

struct CUevent_st;
struct CUgraphExec_st;
struct CUstream_st;

namespace huegrad {

class CudaEvent;

// A CUDA call failed; the message names the call, what it was about and the device.
class CudaError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Whether this program holds CUDA kernels at all.
bool cuda_is_built();

// Why no CUDA device can be used: "this huegrad was built without CUDA", "no NVIDIA driver", ...; empty when
// one can.
std::string cuda_unavailable();

struct CudaDeviceInfo {
  std::string name;
  int major = 0, minor = 0;  // compute capability
  int multiprocessors = 0;
  int64_t memory = 0;  // bytes
};

enum class CudaCopy { to_device, to_host, within_device };

// Who computes convolutions and linear layers; kernels/vendor/library_choice.h has the rule.
enum class ConvolutionChoice { automatic, cudnn, handwritten, naive };

class CudaContext {
 public:
  CudaContext();  // of the first device; throws CudaError
  ~CudaContext();
  CudaContext(const CudaContext&) = delete;

  const CudaDeviceInfo& info() const;
  CUstream_st* stream() const;

  // Null when there is not enough memory. release() may be called while queued work still uses the memory.
  void* allocate(int64_t bytes);
  void release(void* pointer);
  // Memory for what a kernel keeps between its launches; the next kernel gets the same. 256-byte aligned. It
  // stays valid while the context lives, because graphs that were captured go on using it.
  void* scratch(int64_t bytes);
  // Gives back device memory that is kept but not used; called before scratch memory is refused.
  std::function<void()> give_back_cached;

  // Host memory that copies to and from the device need no help of the host for ("pinned"): only they run
  // while the host goes on. Null when there is not enough.
  void* allocate_host(int64_t bytes);
  void release_host(void* pointer);

  // Queued. Host memory must stay until the copy is done.
  void copy(void* to, const void* from, int64_t bytes, CudaCopy kind);
  void set_zero(void* pointer, int64_t bytes);
  // What is queued from now on runs after the event.
  void wait(const CudaEvent& event);
  // Waits for everything that is queued; throws CudaError if some of it failed.
  void synchronize();
  // How often the host has waited for this device, here or for an event: a step of training must not.
  int64_t waits() const;

  ConvolutionChoice convolution = ConvolutionChoice::automatic;
  bool tensor_float32 = false;  // float products of convolutions and linear layers in TF32
  // cuDNN's engine for each pass of each shape: its first guess, or, where a choice is known, that one. Where
  // none is and `measures_convolutions`, the fastest of its guesses, which is then known. Engines differ in
  // the order of their sums, so the same choices are needed for the same bits; apps/convolution_choices.h
  // keeps them.
  bool measures_convolutions = false;
  std::map<std::string, int> convolution_choices;  // by to_string(ConvolutionGraph); the number of the guess
  // Which of their tiles hand-written convolutions take (kernels/cuda/implicit_gemm.h); negative: the one
  // that an estimate finds fastest.
  int convolution_tile = -1;

  struct Body;  // kernels/cuda/context.h
  Body& body() { return *body_; }

 private:
  std::unique_ptr<Body> body_;
};

// Copies that run beside the context's stream, in an order of their own.
class CudaQueue {
 public:
  explicit CudaQueue(CudaContext& context);
  ~CudaQueue();
  CudaQueue(const CudaQueue&) = delete;

  void copy(void* to, const void* from, int64_t bytes, CudaCopy kind);
  void wait(const CudaEvent& event);
  CUstream_st* stream() const { return stream_; }

 private:
  CUstream_st* stream_ = nullptr;
};

// A moment in the order of the context's stream or of a queue.
class CudaEvent {
 public:
  explicit CudaEvent(CudaContext& context);
  ~CudaEvent();
  CudaEvent(const CudaEvent&) = delete;

  void record();                        // after everything queued so far
  void record(const CudaQueue& queue);  // after everything queued there so far
  CUevent_st* handle() const { return event_; }
  // The host waits for the last moment that was recorded, if any; throws CudaError if work before it failed.
  void synchronize() const;
  // Seconds on the device from the earlier moment to this one; waits for both.
  double seconds_since(const CudaEvent& earlier) const;

 private:
  CudaContext& context_;
  CUevent_st* event_ = nullptr;
};

// Work that was queued once and is queued again by a single call: saves the time that the host takes to
// launch kernels one by one.
class CudaGraph {
 public:
  // Keeps what `work` queues, without running it. Between its pointers and its kernels nothing changes later:
  // what it reads and writes must stay where it is. It must have run once before, so that plans are made and
  // scratch memory is as large as it needs, and must not wait for the device.
  CudaGraph(CudaContext& context, const std::function<void()>& work);
  ~CudaGraph();
  CudaGraph(const CudaGraph&) = delete;

  void launch() const;

 private:
  CudaContext& context_;
  CUgraphExec_st* graph_ = nullptr;
};

}  // namespace huegrad
