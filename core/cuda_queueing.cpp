#include "core/cuda_queueing.h"

namespace huegrad {

std::mutex& cuda_queueing() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace huegrad
