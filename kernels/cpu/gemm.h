// What the matrix products of convolutions and linear layers read and write: C (m, n) = A (m, k) * B (k, n),
// float.
//
// Operands are not matrices in memory but objects that can pack a block of themselves: a convolution packs
// patches of its image directly and never stores the unrolled (im2col) matrix. The blocking is that of Goto
// & van de Geijn, "Anatomy of high-performance matrix multiplication" (2008). Each element of C is summed in
// an order that depends on k alone, so results do not depend on the number of threads.
#pragma once
#include <cstdint>

#include "kernels/conv2d.h"

namespace huegrad {

// Longest piece of the k dimension that is packed at a time.
inline constexpr int64_t kGemmDepth = 256;
// Widest packed panel: two of the widest vectors.
inline constexpr int64_t kGemmMaxWidth = 32;

// A or B. "Item" is a row of A or a column of B.
class GemmOperand {
 public:
  virtual ~GemmOperand() = default;
  // packed[k * width + i] = element (k_first + k, item_first + i) for k < depth, i < items; 0 for items <= i
  // < width. depth <= kGemmDepth; width is a multiple of 4 and at most kGemmMaxWidth.
  virtual void pack(int64_t item_first, int64_t items, int64_t k_first, int64_t depth, int64_t width,
                    float* packed) const = 0;
};

// C: n contiguous values at row(i); the rows may lie anywhere.
class GemmOutput {
 public:
  virtual ~GemmOutput() = default;
  virtual float* row(int64_t i) const = 0;
  // Whether gemm_rows may write around the caches, because the rows begin cache lines and do not stay in the
  // caches until they are read.
  virtual bool streamed() const { return false; }
};

// A dense matrix in memory: element (k, i) = data[i * item_stride + k * k_stride]; one stride is 1.
class MatrixOperand final : public GemmOperand {
 public:
  MatrixOperand(const float* data, int64_t item_stride, int64_t k_stride)
      : data_(data), item_stride_(item_stride), k_stride_(k_stride) {}
  void pack(int64_t item_first, int64_t items, int64_t k_first, int64_t depth, int64_t width,
            float* packed) const override;

 private:
  const float* data_;
  int64_t item_stride_, k_stride_;
};

// A dense matrix whose rows are `stride` apart.
class MatrixOutput final : public GemmOutput {
 public:
  MatrixOutput(float* data, int64_t stride, bool streamed = false)
      : data_(data), stride_(stride), streamed_(streamed) {}
  float* row(int64_t i) const override { return data_ + i * stride_; }
  bool streamed() const override { return streamed_; }

 private:
  float* data_;
  int64_t stride_;
  bool streamed_;
};

}  // namespace huegrad
