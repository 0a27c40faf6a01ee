#include "kernels/vendor/library_choice.h"

#include "kernels/emulation/vendor_operation.h"

namespace huegrad::vendor {

// The stand-ins compute on the host, and are there for the calls to be tested.
bool automatic_uses_libraries() { return !emu::pretended().empty(); }

}  // namespace huegrad::vendor
