// Shapes of convolutions: what the networks use and what breaks kernels.
#pragma once
#include <vector>

#include "kernels/conv2d.h"
#include "kernels/conv_transpose2d.h"

namespace huegrad::test {

// Small enough for the definition to be run on each of them.
inline const std::vector<Conv2dShape> kConv2dCases = {
    // batch, height, width, in_channels, out_channels, kernel_height, kernel_width, stride, padding, dilation
    {1, 1, 1, 1, 1, 1, 1, 1, 0, 1},      // the smallest
    {1, 1, 1, 3, 5, 3, 3, 1, 1, 1},      // one pixel, all padding
    {2, 1, 1, 32, 64, 4, 4, 2, 2, 1},    // one pixel, stride
    {1, 5, 7, 3, 2, 1, 1, 1, 0, 1},      // 1x1
    {2, 6, 5, 64, 313, 1, 1, 1, 0, 1},   // 1x1, colour bins
    {3, 6, 5, 21, 21, 1, 1, 1, 0, 1},    // 1x1, classes
    {2, 5, 5, 8, 7, 1, 1, 2, 0, 1},      // 1x1 stride 2: pixels without gradient
    {1, 4, 4, 6, 5, 1, 1, 1, 2, 1},      // 1x1 with padding
    {1, 13, 11, 1, 16, 3, 3, 1, 1, 1},   // first layer
    {2, 12, 14, 1, 64, 3, 3, 2, 1, 1},   // first layer, stride 2
    {1, 9, 17, 1, 32, 3, 3, 1, 0, 1},    // first layer, no padding
    {3, 7, 6, 1, 24, 3, 3, 1, 2, 1},     // first layer, more padding, channels of no power of two
    {2, 7, 8, 1, 16, 3, 3, 2, 4, 2},     // first layer, dilation 2, more padding than kernel
    {2, 9, 9, 3, 33, 3, 3, 1, 1, 1},     // ragged channels
    {1, 8, 8, 32, 48, 3, 3, 1, 1, 1},    // whole panels
    {1, 7, 9, 112, 128, 3, 3, 1, 1, 1},  // several pieces of k
    {3, 9, 8, 31, 5, 3, 3, 2, 1, 1},     // stride 2, odd and even size
    {1, 11, 10, 20, 36, 3, 3, 1, 2, 2},  // dilation 2
    {2, 9, 12, 5, 13, 3, 3, 2, 2, 2},    // dilation 2 and stride 2
    {1, 10, 10, 4, 6, 3, 3, 3, 0, 1},    // stride 3 leaves pixels over
    {1, 9, 10, 7, 9, 5, 5, 1, 2, 1},     // 5x5
    {2, 8, 9, 3, 4, 5, 5, 2, 0, 1},      // 5x5, no padding
    {1, 8, 9, 5, 6, 3, 1, 1, 1, 1},      // 3x1
    {2, 9, 8, 17, 19, 1, 3, 2, 1, 1},    // 1x3, stride 2
    {1, 6, 6, 4, 4, 3, 3, 1, 4, 1},      // more padding than kernel
    {1, 8, 10, 24, 12, 4, 4, 2, 1, 1},   // the adjoint of a doubling
    {2, 60, 70, 1, 16, 3, 3, 1, 1, 1},   // weight gradient summed in pieces, transposed
    {3, 40, 40, 12, 40, 3, 3, 1, 1, 1},  // weight gradient summed in pieces
    {1, 4, 4, 530, 540, 1, 1, 1, 0, 1},  // more columns than one block
    // Large enough for Winograd's algorithm:
    {2, 28, 28, 32, 48, 3, 3, 1, 1, 1},    // whole tiles
    {1, 41, 43, 17, 33, 3, 3, 1, 0, 1},    // ragged tiles and channels, no padding
    {4, 30, 29, 20, 16, 3, 3, 1, 2, 2},    // dilation 2
    {2, 24, 40, 16, 21, 3, 3, 1, 3, 1},    // more padding than kernel
    {2, 250, 248, 16, 16, 3, 3, 1, 1, 1},  // tiles written around the caches
};

inline const std::vector<ConvTranspose2dShape> kConvTranspose2dCases = {
    {1, 1, 1, 1, 1, 1, 1, 1, 0, 1},
    {1, 1, 1, 3, 5, 4, 4, 2, 1, 1},
    {2, 5, 4, 16, 21, 4, 4, 2, 1, 1},
    {3, 7, 7, 64, 32, 4, 4, 2, 1, 1},
    {1, 5, 6, 21, 21, 4, 4, 2, 1, 1},
    {1, 4, 3, 313, 2, 4, 4, 4, 0, 1},
    {2, 6, 5, 5, 7, 3, 3, 1, 1, 1},
    {1, 5, 5, 4, 6, 2, 2, 3, 0, 1},
    {1, 5, 6, 8, 9, 3, 3, 2, 2, 2},
    {1, 4, 6, 3, 5, 3, 1, 2, 0, 1},
    {1, 28, 28, 70, 8, 4, 4, 2, 1, 1},
    {2, 40, 30, 9, 4, 4, 4, 2, 1, 1},
    // Kernel 4 and stride 2 with every padding, which Winograd's algorithm takes phase by phase; the last is
    // large enough for it to pay.
    {1, 5, 6, 17, 33, 4, 4, 2, 0, 1},
    {2, 4, 5, 16, 16, 4, 4, 2, 2, 1},
    {1, 3, 4, 20, 18, 4, 4, 2, 3, 1},
    {3, 30, 31, 64, 72, 4, 4, 2, 1, 1},
};

}  // namespace huegrad::test
