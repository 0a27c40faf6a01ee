#include "kernels/vendor/cublas_gemm.h"

#include <algorithm>
#include <limits>

#include "kernels/cuda/context.h"
#include "kernels/vendor/cublas_handle.h"
#include "kernels/vendor/cublas_library.h"
#include "kernels/vendor/library_choice.h"

namespace huegrad::vendor {
namespace {

constexpr int64_t kWorkspaceBytes = int64_t(32) << 20;  // what NVIDIA's manual recommends for an H100

void check_status(cublasStatus_t status, const std::string& what, const CudaContext& context) {
  if (status != CUBLAS_STATUS_SUCCESS)
    throw CudaError("[" + what + "] " + cublas().status_string(status) + " (" + context.info().name + ")");
}

template <class Storage>
constexpr cudaDataType_t kDataType = std::is_same_v<Storage, bfloat16> ? CUDA_R_16BF : CUDA_R_32F;

}  // namespace

CublasHandle::CublasHandle(CudaContext& context) : workspace_(nullptr, {&context}) {
  cublasHandle_t handle = nullptr;
  check_status(cublas().create(&handle), "cublasCreate", context);
  handle_.reset(handle);
  workspace_.reset(context.allocate(kWorkspaceBytes));
  if (!workspace_) throw CudaError("out of CUDA memory for cuBLAS's workspace");
  check_status(cublas().set_stream(handle, context.stream()), "cublasSetStream", context);
  check_status(cublas().set_workspace(handle, workspace_.get(), size_t(kWorkspaceBytes)),
               "cublasSetWorkspace", context);
}

void CublasHandle::Destroy::operator()(cublasHandle_t handle) const { cublas().destroy(handle); }

std::string to_string(const GemmShape& s) {
  return std::to_string(s.rows) + "x" + std::to_string(s.depth) + (s.transpose_a ? "^T by " : " by ") +
         std::to_string(s.depth) + "x" + std::to_string(s.columns) + (s.transpose_b ? "^T" : "");
}

template <class Storage, class Out>
bool gemm(Cuda cuda, const GemmShape& s, const Storage* a, const Storage* b, Out* c) {
  CudaContext& context = *cuda.context;
  const CublasHandle* handle = connect(context, context.body().cublas);
  if (!handle) return false;
  if (std::max({s.rows, s.columns, s.depth}) > std::numeric_limits<int>::max()) {
    do_without_library(context.convolution, "too large for cuBLAS", "cublasGemmEx " + to_string(s));
    return false;
  }

  // cuBLAS counts by columns, so it sees every matrix transposed: c^T = b^T a^T.
  const float one = 1, zero = 0;
  const bool tensor_float32 = std::is_same_v<Storage, float> && context.tensor_float32;
  const auto side = [](bool transpose) { return transpose ? CUBLAS_OP_T : CUBLAS_OP_N; };
  check_status(
      cublas().gemm_ex(handle->get(), side(s.transpose_b), side(s.transpose_a), int(s.columns), int(s.rows),
                       int(s.depth), &one, b, kDataType<Storage>, int(s.transpose_b ? s.depth : s.columns), a,
                       kDataType<Storage>, int(s.transpose_a ? s.rows : s.depth), &zero, c, kDataType<Out>,
                       int(s.columns), tensor_float32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F,
                       CUBLAS_GEMM_DEFAULT),
      "cublasGemmEx " + to_string(s), context);
  return true;
}

template bool gemm(Cuda, const GemmShape&, const float*, const float*, float*);
template bool gemm(Cuda, const GemmShape&, const bfloat16*, const bfloat16*, bfloat16*);
template bool gemm(Cuda, const GemmShape&, const bfloat16*, const bfloat16*, float*);

}  // namespace huegrad::vendor
