// A table of ab bins in the memory of the CUDA device, for tests of kernels.
#pragma once
#include "kernels/soft_encode.h"
#include "tests/support/device_array.h"

namespace huegrad::test {

class DeviceBins {
 public:
  explicit DeviceBins(const AbBinTable& host)
      : table_(host),
        centers_(std::vector<float>(host.centers, host.centers + 2 * host.bins)),
        first_(std::vector<int32_t>(host.first, host.first + squares() + 2)),
        candidates_(std::vector<int32_t>(host.candidates, host.candidates + host.first[squares() + 1])) {
    table_.centers = centers_.data();
    table_.first = first_.data();
    table_.candidates = candidates_.data();
  }
  const AbBinTable& table() const { return table_; }

 private:
  int squares() const { return table_.cells * table_.cells; }

  AbBinTable table_;
  DeviceArray<float> centers_;
  DeviceArray<int32_t> first_, candidates_;
};

}  // namespace huegrad::test
