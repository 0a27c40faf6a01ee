#include "kernels/vendor/library_choice.h"

namespace huegrad::vendor {

bool automatic_uses_libraries() { return false; }

}  // namespace huegrad::vendor
