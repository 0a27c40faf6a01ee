#include "net/run_time.h"

#include <algorithm>

#include "data/resize.h"
#include "net/laps.h"

namespace huegrad {
namespace {

template <class Work>
double median_seconds(Device clock, const Work& work) {
  const auto timed = [&](Laps& laps) {
    laps.start();
    work();
    laps.lap({});
  };
  return median_laps(clock, 1, timed).at({});
}

}  // namespace

RunTime measure_run_time(Colorizer& colorizer, Device device, const Image& picture) {
  const int64_t side = std::min(picture.width, picture.height);
  const NetworkInput input = colorizer.prepare(resize(picture, side, side));
  RunTime time{.extent = {input.height(), input.width()}};
  time.network = median_seconds(device, [&] { colorizer.predict({&input, 1}); });
  time.picture = median_seconds(Device{}, [&] { colorizer.colorize(picture); });  // waits for the device
  return time;
}

}  // namespace huegrad
