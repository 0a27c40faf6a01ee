#include "kernels/cuda/convolution.h"
#include "kernels/cuda/implicit_gemm.h"
#include "kernels/cuda/naive_convolution.h"
#include "kernels/cuda/narrow.h"
#include "kernels/vendor/cudnn_convolution.h"

namespace huegrad {
namespace cuda {
namespace {

bool is_naive(Cuda cuda, const Conv2dShape& s) {
  return cuda.context->convolution == ConvolutionChoice::naive || !gather_fits(s);
}

// Two layers are ours even where cuDNN computes the rest (measured on an H100, benchmarks/NOTES.md): the
// network's first, whose one channel it pads to eight,
template <class Storage>
bool is_narrow(Cuda cuda, const Conv2dShape& s, const Storage* y) {
  const ConvolutionChoice choice = cuda.context->convolution;
  return (choice == ConvolutionChoice::automatic || choice == ConvolutionChoice::handwritten) &&
         narrow::suits(s, y);
}

// and the outputs of a 1x1 kernel in bfloat16 whose channels are no whole vectors: 313 colours.
template <class Storage>
bool is_ragged(Cuda cuda, const Conv2dShape& s) {
  return cuda.context->convolution == ConvolutionChoice::automatic && std::is_same_v<Storage, bfloat16> &&
         s.kernel_height * s.kernel_width == 1 && s.out_channels % kPack<Storage> != 0 && gather_fits(s);
}

// Of a forward pass. What cuDNN has no plan for goes to one of the last two.
enum class Algorithm { narrow, cudnn, handwritten, naive };

// y: the output.
template <class Storage>
Algorithm choose_algorithm(Cuda cuda, const Conv2dShape& s, const Storage* y) {
  if (is_narrow(cuda, s, y)) return Algorithm::narrow;
  if (vendor::computes_convolutions(cuda) && !is_ragged<Storage>(cuda, s)) return Algorithm::cudnn;
  return is_naive(cuda, s) ? Algorithm::naive : Algorithm::handwritten;
}

}  // namespace

template <class Storage>
void convolution_forward(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* w,
                         const Conv2dEpilogue<float>& epilogue, Storage* y) {
  if (s.output_size() == 0) return;
  const Algorithm algorithm = choose_algorithm(cuda, s, y);
  if (algorithm == Algorithm::narrow) return narrow::forward(cuda, s, x, w, epilogue, y);
  Conv2dEpilogue<float> rest = epilogue;
  if (algorithm == Algorithm::cudnn && vendor::convolution_forward(cuda, s, x, w, rest, y))
    return apply_epilogue(cuda, s.output_size() / s.out_channels, s.out_channels, rest, y);
  is_naive(cuda, s) ? naive::forward(cuda, s, x, w, epilogue, y)
                    : implicit_gemm::forward(cuda, s, x, w, epilogue, y);
}

template <class Storage>
void convolution_backward_data(Cuda cuda, const Conv2dShape& s, const Storage* w, const Storage* dy,
                               const Conv2dEpilogue<float>& epilogue, Storage* dx) {
  if (s.input_size() == 0) return;
  if (vendor::convolution_backward_data(cuda, s, w, dy, dx))
    return apply_epilogue(cuda, s.input_size() / s.in_channels, s.in_channels, epilogue, dx);
  is_naive(cuda, s) ? naive::backward_data(cuda, s, w, dy, epilogue, dx)
                    : implicit_gemm::backward_data(cuda, s, w, dy, epilogue, dx);
}

template <class Storage>
void convolution_backward_weight(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* dy,
                                 float* dw) {
  if (s.weight_size() == 0) return;
  if (is_narrow(cuda, s, dy)) return narrow::backward_weight(cuda, s, x, dy, dw);
  if (vendor::convolution_backward_weight(cuda, s, x, dy, dw)) return;
  is_naive(cuda, s) ? naive::backward_weight(cuda, s, x, dy, dw)
                    : implicit_gemm::backward_weight(cuda, s, x, dy, dw);
}

template <class Storage>
TileNames convolution_tiles(Cuda cuda) {
  return implicit_gemm::tiles<Storage>(cuda);
}

template TileNames convolution_tiles<float>(Cuda);
template TileNames convolution_tiles<bfloat16>(Cuda);
template void convolution_forward(Cuda, const Conv2dShape&, const float*, const float*,
                                  const Conv2dEpilogue<float>&, float*);
template void convolution_forward(Cuda, const Conv2dShape&, const bfloat16*, const bfloat16*,
                                  const Conv2dEpilogue<float>&, bfloat16*);
template void convolution_backward_data(Cuda, const Conv2dShape&, const float*, const float*,
                                        const Conv2dEpilogue<float>&, float*);
template void convolution_backward_data(Cuda, const Conv2dShape&, const bfloat16*, const bfloat16*,
                                        const Conv2dEpilogue<float>&, bfloat16*);
template void convolution_backward_weight(Cuda, const Conv2dShape&, const float*, const float*, float*);
template void convolution_backward_weight(Cuda, const Conv2dShape&, const bfloat16*, const bfloat16*, float*);

}  // namespace cuda

template <class Storage>
void conv2d_forward(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* w,
                    const Conv2dEpilogue<float>& epilogue, Storage* y) {
  cuda::convolution_forward(cuda, s, x, w, epilogue, y);
}

template <class Storage>
void conv2d_backward_data(Cuda cuda, const Conv2dShape& s, const Storage* w, const Storage* dy, Storage* dx) {
  cuda::convolution_backward_data(cuda, s, w, dy, {}, dx);
}

template <class Storage>
void conv2d_backward_weight(Cuda cuda, const Conv2dShape& s, const Storage* x, const Storage* dy, float* dw) {
  cuda::convolution_backward_weight(cuda, s, x, dy, dw);
}

template void conv2d_forward(Cuda, const Conv2dShape&, const float*, const float*,
                             const Conv2dEpilogue<float>&, float*);
template void conv2d_forward(Cuda, const Conv2dShape&, const bfloat16*, const bfloat16*,
                             const Conv2dEpilogue<float>&, bfloat16*);
template void conv2d_backward_data(Cuda, const Conv2dShape&, const float*, const float*, float*);
template void conv2d_backward_data(Cuda, const Conv2dShape&, const bfloat16*, const bfloat16*, bfloat16*);
template void conv2d_backward_weight(Cuda, const Conv2dShape&, const float*, const float*, float*);
template void conv2d_backward_weight(Cuda, const Conv2dShape&, const bfloat16*, const bfloat16*, float*);

template <class Storage>
const char* conv2d_algorithm(Cuda cuda, const Conv2dShape& s) {
  switch (cuda::choose_algorithm<Storage>(cuda, s, nullptr)) {
    case cuda::Algorithm::narrow:
      return "narrow";
    case cuda::Algorithm::cudnn:
      return "cudnn";
    case cuda::Algorithm::handwritten:
      return "handwritten";
    case cuda::Algorithm::naive:
      break;
  }
  return "naive";
}

template const char* conv2d_algorithm<float>(Cuda, const Conv2dShape&);
template const char* conv2d_algorithm<bfloat16>(Cuda, const Conv2dShape&);

}  // namespace huegrad
