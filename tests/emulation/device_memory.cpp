// Memory that is not there, not written, or not the kernel's.
#include "tests/emulation/planted_bug.h"

namespace planted {
namespace {

__global__ void copy_through_static(const float* x, float* y, unsigned offset) {
  SHARED(float, tile, [64]);
  tile[threadIdx.x + offset] = x[threadIdx.x];
  __syncthreads();
  y[threadIdx.x] = tile[threadIdx.x + offset];
}

__global__ void copy_through_dynamic(const float* x, float* y, unsigned offset) {
  float* const tile = dynamic_shared<float>();
  tile[threadIdx.x + offset] = x[threadIdx.x];
  __syncthreads();
  y[threadIdx.x] = tile[threadIdx.x + offset];
}

__global__ void copy(const float* x, float* y, int first, int size) {
  const int i = first + int(blockIdx.x * blockDim.x + threadIdx.x);
  if (i < size) y[i] = x[i];
}

__global__ void shift_by_zeros(const float* x, float* y, unsigned written) {
  float* const tile = dynamic_shared<float>();
  if (threadIdx.x < written) tile[threadIdx.x] = 0;
  __syncthreads();
  y[threadIdx.x] = x[threadIdx.x] + tile[threadIdx.x];
}

__global__ void accumulate(const float* x, float* sum) { sum[threadIdx.x] += x[threadIdx.x]; }

__global__ void copy_quarter(const float* x, float* y) {
  reinterpret_cast<float4*>(y)[threadIdx.x] = reinterpret_cast<const float4*>(x)[threadIdx.x];
}

__global__ void copy_async(const float* x, float* y, int offset) {
  SHARED(float4, value, [1]);
  cp_async16(value, x + offset);
  cp_async_commit();
  cp_async_wait<0>();
  y[0] = value[0].x;
}

__device__ float depth(int n) {
  volatile char frame[4096];
  frame[n % 4096] = char(n);
  return n == 0 ? 0 : depth(n - 1) + 1 + 0 * frame[n % 4096];
}
__global__ void recurse(float* y, int n) { y[0] = depth(n); }

using Copy = void (*)(const float*, float*, unsigned);
bool copies_through(Copy kernel, size_t shared_bytes, unsigned argument) {
  const Values x(ramp(64)), y(64);
  launch(kernel, 1, 64, shared_bytes, x.data(), y.data(), argument);
  return y.read() == ramp(64);
}

bool copies(int first, int size) {
  const Values x(ramp(256)), y(256);
  launch(copy, 5, 64, 0, x.data(), y.data(), first, size);
  return y.read() == ramp(256);
}

bool accumulates(bool zeroed) {
  const Values x(ramp(32)), sum(32);
  if (zeroed) cudaMemset(sum.data(), 0, 32 * sizeof(float));
  launch(accumulate, 1, 32, 0, x.data(), sum.data());
  return sum.read() == ramp(32);
}

bool copies_quarters(int offset) {
  const Values x(ramp(68)), y(64);
  launch(copy_quarter, 1, 16, 0, x.data() + offset, y.data());
  std::vector<float> expected = ramp(64);
  for (float& value : expected) value += float(offset);
  return y.read() == expected;
}

bool copies_async(int offset) {
  const Values x(ramp(8)), y(1);
  launch(copy_async, 1, 1, 0, x.data(), y.data(), offset);
  return y.read()[0] == float(offset + 1);
}

bool recurses(int n) {
  const Values y(1);
  launch(recurse, 1, 1, 0, y.data(), n);
  return y.read()[0] == float(n);
}

bool copies_from_host_pointer(bool bug) {
  const std::vector<float> host = ramp(64);
  const Values x(host), y(64);
  launch(copy, 1, 64, 0, bug ? host.data() : x.data(), y.data(), 0, 64);
  return y.read() == host;
}

bool copies_from_freed(bool bug) {
  const std::vector<float> host = ramp(64);
  const Values y(64);
  const float* released = nullptr;
  {
    const Values x(host);
    released = x.data();
    if (!bug) launch(copy, 1, 64, 0, released, y.data(), 0, 64);
  }
  if (bug) launch(copy, 1, 64, 0, released, y.data(), 0, 64);
  return y.read() == host;
}

// A pointer in a struct is not seen by launch.
struct Arrays {
  const float* x;
  float* y;
};
__global__ void copy_arrays(Arrays a) { a.y[threadIdx.x] = a.x[threadIdx.x]; }
bool copies_struct(bool bug) {
  const std::vector<float> host = ramp(64);
  const Values x(host), y(64);
  launch(copy_arrays, 1, 64, 0, Arrays{bug ? host.data() : x.data(), y.data()});
  return y.read() == host;
}

bool reads_first(bool bug) {
  const Values x(ramp(64));
  return (bug ? *x.data() : x.read()[0]) == 1;
}

}  // namespace

Programs device_memory() {
  return {{"static_shared_overrun", [](bool bug) { return copies_through(copy_through_static, 0, bug); }},
          {"dynamic_shared_overrun", [](bool bug) { return copies_through(copy_through_dynamic, 256, bug); }},
          {"global_overrun", [](bool bug) { return copies(0, 256 + bug); }},
          {"global_underrun", [](bool bug) { return copies(bug ? -1 : 0, 256); }},
          {"shared_not_written", [](bool bug) { return copies_through(shift_by_zeros, 256, 64 - bug); }},
          {"global_not_written", [](bool bug) { return accumulates(!bug); }},
          {"vector_not_aligned", [](bool bug) { return copies_quarters(bug ? 1 : 4); }},
          {"async_copy_not_aligned", [](bool bug) { return copies_async(bug ? 1 : 4); }},
          {"stack_overflow", [](bool bug) { return recurses(bug ? 1000 : 1); }},
          {"host_pointer_to_kernel", copies_from_host_pointer},
          {"host_pointer_in_struct", copies_struct},
          {"freed_pointer_to_kernel", copies_from_freed},
          {"host_reads_device", reads_first}};
}

}  // namespace planted
