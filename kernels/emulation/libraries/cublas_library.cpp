// cuBLAS on the host: the real prototypes with the meaning of its manual (column-major), queued in stream
// order, and what it refuses is refused.
#include "kernels/vendor/cublas_library.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "kernels/emulation/vendor_operation.h"
#include "kernels/float_types.h"
#include "kernels/vendor/cublas_gemm.h"

struct cublasContext {
  cudaStream_t stream = nullptr;
  char* workspace = nullptr;
  size_t workspace_bytes = 0;
};

namespace huegrad::vendor {
namespace {

cublasStatus_t create(cublasHandle_t* handle) {
  if (emu::pretended() == "closed") return CUBLAS_STATUS_NOT_INITIALIZED;
  *handle = std::make_unique<cublasContext>().release();
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t destroy(cublasHandle_t handle) {
  const std::unique_ptr<cublasContext> owned(handle);
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t set_stream(cublasHandle_t handle, cudaStream_t stream) {
  *handle = {stream};  // and back to the library's own workspace, as the manual says
  return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t set_workspace(cublasHandle_t handle, void* workspace, size_t bytes) {
  emu::check_device_pointer(workspace, 1);
  handle->workspace = static_cast<char*>(workspace);
  handle->workspace_bytes = bytes;
  return reinterpret_cast<uintptr_t>(workspace) % 256 == 0 ? CUBLAS_STATUS_SUCCESS
                                                           : CUBLAS_STATUS_INVALID_VALUE;
}

const char* status_string(cublasStatus_t status) {
  return status == CUBLAS_STATUS_SUCCESS ? "success" : "refused by the stand-in for cuBLAS";
}

// A matrix as BLAS describes it, column-major.
struct Matrix {
  const void* values;
  cudaDataType type;
  int64_t step;
  bool transposed;

  float at(int64_t row, int64_t column) const {
    const int64_t i = transposed ? column + row * step : row + column * step;
    return type == CUDA_R_16BF ? float(static_cast<const bfloat16*>(values)[i])
                               : static_cast<const float*>(values)[i];
  }
};

void multiply(int m, int n, int k, float alpha, const Matrix& a, const Matrix& b, float beta, void* c,
              cudaDataType c_type, int64_t ldc, bool tf32) {
  const auto factor = [tf32](float x) { return tf32 ? emu::rounded_to_tf32(x) : x; };
  const Matrix old{c, c_type, ldc, false};
  for (int j = 0; j < n; ++j)
    for (int i = 0; i < m; ++i) {
      float sum = 0;
      for (int q = 0; q < k; ++q) sum += factor(a.at(i, q)) * factor(b.at(q, j));
      const float value = alpha * sum + (beta == 0 ? 0 : beta * old.at(i, j));
      if (c_type == CUDA_R_16BF)
        static_cast<bfloat16*>(c)[i + j * ldc] = bfloat16(value);
      else
        static_cast<float*>(c)[i + j * ldc] = value;
    }
}

cublasStatus_t gemm_ex(cublasHandle_t handle, cublasOperation_t side_a, cublasOperation_t side_b, int m,
                       int n, int k, const void* alpha, const void* a, cudaDataType a_type, int lda,
                       const void* b, cudaDataType b_type, int ldb, const void* beta, void* c,
                       cudaDataType c_type, int ldc, cublasComputeType_t compute, cublasGemmAlgo_t) {
  const bool transpose_a = side_a != CUBLAS_OP_N, transpose_b = side_b != CUBLAS_OP_N;
  if (m < 0 || n < 0 || k < 0 || lda < std::max(1, transpose_a ? k : m) ||
      ldb < std::max(1, transpose_b ? n : k) || ldc < std::max(1, m))
    return CUBLAS_STATUS_INVALID_VALUE;
  if (a_type != b_type || (a_type == CUDA_R_32F && c_type != CUDA_R_32F)) return CUBLAS_STATUS_NOT_SUPPORTED;
  for (const void* pointer : {a, b, static_cast<const void*>(c)}) emu::check_device_pointer(pointer, 0);
  const auto scalar = [](const void* p) { return *static_cast<const float*>(p); };
  const Matrix left{a, a_type, lda, transpose_a}, right{b, b_type, ldb, transpose_b};
  const bool tf32 = compute == CUBLAS_COMPUTE_32F_FAST_TF32;
  emu::enqueue_host_op(handle->stream, [=, by = scalar(alpha), keep = scalar(beta), context = *handle] {
    std::memset(context.workspace, 0xff, context.workspace_bytes);  // nobody else's, so nobody minds
    multiply(m, n, k, by, left, right, keep, c, c_type, ldc, tf32);
  });
  return CUBLAS_STATUS_SUCCESS;
}

}  // namespace

const CublasLibrary& cublas() {
  static const CublasLibrary library = {create, destroy, set_stream, set_workspace, status_string, gemm_ex};
  return library;
}

std::string cublas_unavailable() { return ""; }

}  // namespace huegrad::vendor
