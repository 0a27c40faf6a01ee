// Device memory: the heap, but known by address, so that what a kernel is given and what a copy touches can
// be checked.
#pragma once
#include <cstddef>
#include <functional>

namespace emu {

// The bytes from here to the end of the live allocation that holds this address; 0 if none does.
size_t device_bytes_at(const void* pointer);

// Host code may not touch device memory: under the address sanitizer it is forbidden but for the life of one
// of these, while a kernel or a copy runs.
class DeviceAccess {
 public:
  DeviceAccess();
  ~DeviceAccess();
  DeviceAccess(const DeviceAccess&) = delete;
};

}  // namespace emu
