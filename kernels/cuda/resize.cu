#include "kernels/resize.h"

#include "kernels/cuda/images.h"
#include "kernels/cuda/resampling.h"

namespace huegrad {
namespace cuda {
namespace {

__global__ void __launch_bounds__(kElementwiseThreads)
    resize_weights_kernel(ResizeAxis row_axis, ResizeAxis column_axis, AxisWeights rows,
                          AxisWeights columns) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x;
       i < rows.outputs + columns.outputs; i += step) {
    if (i < rows.outputs)
      rows.make(row_axis, i);
    else
      columns.make(column_axis, i - rows.outputs);
  }
}

template <class Sample>
__global__ void __launch_bounds__(kElementwiseThreads)
    resize_kernel(ResizeShape s, AxisWeights rows, AxisWeights columns, const Sample* x, Sample* y) {
  const int64_t step = int64_t(gridDim.x) * kElementwiseThreads;
  for (int64_t i = int64_t(blockIdx.x) * kElementwiseThreads + threadIdx.x; i < s.output_size(); i += step) {
    const ImagePlace place = image_place(i, s.new_height, s.new_width, s.channels);
    float sum[1];
    resample(rows, columns, place.row, place.column, x + place.channel, s.width, s.channels, sum);
    y[i] = resized_sample<Sample>(sum[0]);
  }
}

}  // namespace
}  // namespace cuda

template <class Sample>
void resize(Cuda cuda, const ResizeShape& s, const Sample* x, Sample* y) {
  if (s.output_size() == 0) return;
  const ResizeAxis row_axis = {s.height, s.new_height, s.filter},
                   column_axis = {s.width, s.new_width, s.filter};
  const int64_t row_bytes = cuda::AxisWeights::bytes(s.new_height, row_axis.most_taps());
  auto* memory = static_cast<char*>(
      cuda.context->scratch(row_bytes + cuda::AxisWeights::bytes(s.new_width, column_axis.most_taps())));
  const cuda::AxisWeights rows(memory, s.new_height), columns(memory + row_bytes, s.new_width);
  cuda::launch("resize", cuda, cuda::resize_weights_kernel,
               cuda::elementwise_blocks(cuda, s.new_height + s.new_width), cuda::kElementwiseThreads, 0,
               row_axis, column_axis, rows, columns);
  cuda::launch("resize", cuda, cuda::resize_kernel<Sample>, cuda::elementwise_blocks(cuda, s.output_size()),
               cuda::kElementwiseThreads, 0, s, rows, columns, x, y);
}

template void resize(Cuda, const ResizeShape&, const uint8_t*, uint8_t*);
template void resize(Cuda, const ResizeShape&, const uint16_t*, uint16_t*);
template void resize(Cuda, const ResizeShape&, const float*, float*);

}  // namespace huegrad
