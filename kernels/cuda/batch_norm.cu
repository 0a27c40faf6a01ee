// Memory-bound: the statistics read x once; the backward pass reads x and dy twice and writes dx once.
#include "kernels/batch_norm.h"

#include "kernels/cuda/channels.h"

namespace huegrad {
namespace cuda {
namespace {

// Sums of x - x[0,c] and of its square: a value of the channel itself keeps a large mean from drowning the
// variance.
template <class Storage>
struct Moments {
  static constexpr int count = 2;
  const Storage* x;

  template <int width>
  __device__ Pack<Storage, width> load(int64_t index) const {
    return load_pack<width>(x + index);
  }
  template <int width>
  __device__ void add(const Pack<Storage, width>& values, int64_t, int64_t channel,
                      float (&sums)[count][width]) const {
    const auto shift = load_pack<width>(x + channel);
#pragma unroll
    for (int j = 0; j < width; ++j) {
      const float difference = to_float(values.values[j]) - to_float(shift.values[j]);
      sums[0][j] += difference;
      sums[1][j] += difference * difference;
    }
  }
};

template <class Storage>
struct MeanAndVariance {
  int64_t rows;
  const Storage* x;
  float *mean, *variance;

  __device__ void operator()(int64_t channel, const double (&sums)[2]) const {
    const double shifted = sums[0] / double(rows);
    const double spread = sums[1] / double(rows) - shifted * shifted;
    mean[channel] = float(double(to_float(x[channel])) + shifted);
    variance[channel] = float(spread > 0 ? spread : 0);
  }
};

template <int width, class Storage>
__global__ void __launch_bounds__(kChannelThreads)
    normalize_kernel(ChannelLayout layout, float epsilon, const Storage* x, const float* mean,
                     const float* variance, const float* gamma, const float* beta, Storage* y) {
  const ChannelPlace place = channel_place<width>(layout);
  if (!place.inside) return;
  float center[width], factor[width], shift[width];
#pragma unroll
  for (int j = 0; j < width; ++j) {
    const int64_t c = place.channel + j;
    center[j] = mean[c];
    factor[j] = (gamma ? gamma[c] : 1.0f) / sqrtf(variance[c] + epsilon);
    shift[j] = beta ? beta[c] : 0.0f;
  }
  for (int64_t row = place.first; row < place.last; row += place.step) {
    const int64_t index = row * layout.channels + place.channel;
    const auto values = load_pack<width>(x + index);
    Pack<Storage, width> result;
#pragma unroll
    for (int j = 0; j < width; ++j)
      result.values[j] = from_float<Storage>((to_float(values.values[j]) - center[j]) * factor[j] + shift[j]);
    store_pack(y + index, result);
  }
}

// Sums of dy and of dy * (x - mean).
template <class Storage>
struct GradientSums {
  static constexpr int count = 2;
  const Storage *x, *dy;
  const float* mean;

  template <int width>
  __device__ PackPair<Storage, width> load(int64_t index) const {
    return {load_pack<width>(x + index), load_pack<width>(dy + index)};
  }
  template <int width>
  __device__ void add(const PackPair<Storage, width>& loaded, int64_t, int64_t channel,
                      float (&sums)[count][width]) const {
#pragma unroll
    for (int j = 0; j < width; ++j) {
      const float gradient = to_float(loaded.second.values[j]);
      sums[0][j] += gradient;
      sums[1][j] += gradient * (to_float(loaded.first.values[j]) - mean[channel + j]);
    }
  }
};

// With n = (x - mean) / deviation:   dx = factor * (dy - mean(dy) - n * mean(dy * n)), dgamma = sum(dy * n),
// dbeta = sum(dy). Leaves mean(dy) and mean(dy * n) / deviation, the slope that x - mean is multiplied by.
struct GradientOfParameters {
  int64_t rows;
  float epsilon;
  const float* variance;
  float *mean_dy, *slope, *dgamma, *dbeta;

  __device__ void operator()(int64_t channel, const double (&sums)[2]) const {
    const double square = double(variance[channel]) + double(epsilon);
    mean_dy[channel] = float(sums[0] / double(rows));
    slope[channel] = float(sums[1] / (double(rows) * square));
    if (dgamma) dgamma[channel] = float(sums[1] / sqrt(square));
    if (dbeta) dbeta[channel] = float(sums[0]);
  }
};

template <int width, class Storage>
__global__ void __launch_bounds__(kChannelThreads)
    input_gradient_kernel(ChannelLayout layout, float epsilon, bool through_statistics, const Storage* x,
                          const float* mean, const float* variance, const float* gamma, const float* mean_dy,
                          const float* slope, const Storage* dy, Storage* dx) {
  const ChannelPlace place = channel_place<width>(layout);
  if (!place.inside) return;
  float center[width], factor[width], offset[width], tilt[width];
#pragma unroll
  for (int j = 0; j < width; ++j) {
    const int64_t c = place.channel + j;
    center[j] = mean[c];
    factor[j] = (gamma ? gamma[c] : 1.0f) / sqrtf(variance[c] + epsilon);
    offset[j] = through_statistics ? mean_dy[c] : 0.0f;
    tilt[j] = through_statistics ? slope[c] : 0.0f;
  }
  for (int64_t row = place.first; row < place.last; row += place.step) {
    const int64_t index = row * layout.channels + place.channel;
    const auto values = load_pack<width>(x + index), gradient = load_pack<width>(dy + index);
    Pack<Storage, width> result;
#pragma unroll
    for (int j = 0; j < width; ++j)
      result.values[j] =
          from_float<Storage>(factor[j] * (to_float(gradient.values[j]) - offset[j] -
                                           (to_float(values.values[j]) - center[j]) * tilt[j]));
    store_pack(dx + index, result);
  }
}

}  // namespace
}  // namespace cuda

template <class Storage>
void batch_norm_statistics(Cuda cuda, const BatchNormShape& s, const Storage* x, float* mean,
                           float* variance) {
  constexpr int width = cuda::kPack<Storage>;
  cuda::channel_sums<width>("batch_norm_statistics", cuda, s.rows, s.channels,
                            cuda::packs_fit<width>(s.channels, x), cuda::Moments<Storage>{x},
                            cuda::MeanAndVariance<Storage>{s.rows, x, mean, variance});
}

template <class Storage>
void batch_norm_forward(Cuda cuda, const BatchNormShape& s, const Storage* x, const float* mean,
                        const float* variance, const float* gamma, const float* beta, Storage* y) {
  constexpr int width = cuda::kPack<Storage>;
  const bool fits = cuda::packs_fit<width>(s.channels, x, y);
  const cuda::ChannelLayout layout = cuda::channel_layout(cuda, s.rows, s.channels, fits ? width : 1);
  cuda::launch("batch_norm_forward", cuda,
               fits ? cuda::normalize_kernel<width, Storage> : cuda::normalize_kernel<1, Storage>,
               layout.grid(), cuda::kChannelThreads, 0, layout, s.epsilon, x, mean, variance, gamma, beta, y);
}

template <class Storage>
void batch_norm_backward(Cuda cuda, const BatchNormShape& s, bool through_statistics, const Storage* x,
                         const float* mean, const float* variance, const float* gamma, const Storage* dy,
                         Storage* dx, float* dgamma, float* dbeta) {
  constexpr int width = cuda::kPack<Storage>;
  const bool fits = cuda::packs_fit<width>(s.channels, x, dy, dx);
  // The kernels' own sums take the beginning of the scratch memory.
  const int64_t sums = cuda::kMostSlices * cuda::GradientSums<Storage>::count * s.channels;
  auto* mean_dy = reinterpret_cast<float*>(
      static_cast<double*>(cuda.context->scratch((sums + s.channels) * int64_t(sizeof(double)))) + sums);
  float* slope = mean_dy + s.channels;
  if (through_statistics || dgamma || dbeta)
    cuda::channel_sums<width>(
        "batch_norm_backward", cuda, s.rows, s.channels, fits, cuda::GradientSums<Storage>{x, dy, mean},
        cuda::GradientOfParameters{s.rows, float(s.epsilon), variance, mean_dy, slope, dgamma, dbeta});
  const cuda::ChannelLayout layout = cuda::channel_layout(cuda, s.rows, s.channels, fits ? width : 1);
  cuda::launch("batch_norm_backward", cuda,
               fits ? cuda::input_gradient_kernel<width, Storage> : cuda::input_gradient_kernel<1, Storage>,
               layout.grid(), cuda::kChannelThreads, 0, layout, s.epsilon, through_statistics, x, mean,
               variance, gamma, mean_dy, slope, dy, dx);
}

template void batch_norm_statistics(Cuda, const BatchNormShape&, const float*, float*, float*);
template void batch_norm_statistics(Cuda, const BatchNormShape&, const bfloat16*, float*, float*);
template void batch_norm_forward(Cuda, const BatchNormShape&, const float*, const float*, const float*,
                                 const float*, const float*, float*);
template void batch_norm_forward(Cuda, const BatchNormShape&, const bfloat16*, const float*, const float*,
                                 const float*, const float*, bfloat16*);
template void batch_norm_backward(Cuda, const BatchNormShape&, bool, const float*, const float*, const float*,
                                  const float*, const float*, float*, float*, float*);
template void batch_norm_backward(Cuda, const BatchNormShape&, bool, const bfloat16*, const float*,
                                  const float*, const float*, const bfloat16*, bfloat16*, float*, float*);

}  // namespace huegrad
