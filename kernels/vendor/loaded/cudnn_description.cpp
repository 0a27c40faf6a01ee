#include "kernels/vendor/loaded/cudnn_descriptor.h"
#include "kernels/vendor/loaded/device_description.h"

namespace huegrad::vendor {

std::string describe_device() {
  constexpr int32_t kFirst = 0;
  Descriptor description(CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR);
  description.set(CUDNN_ATTR_DEVICEPROP_DEVICE_ID, CUDNN_TYPE_INT32, kFirst);
  return std::move(description).finalize().get_text(CUDNN_ATTR_DEVICEPROP_JSON_REPRESENTATION);
}

}  // namespace huegrad::vendor
