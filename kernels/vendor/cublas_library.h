// The functions of cuBLAS that are used: loaded from the library, or the emulation's own.
#pragma once
#include <cublas_v2.h>

#include <string>

namespace huegrad::vendor {

struct CublasLibrary {
  decltype(&::cublasCreate_v2) create;
  decltype(&::cublasDestroy_v2) destroy;
  decltype(&::cublasSetStream_v2) set_stream;
  decltype(&::cublasSetWorkspace_v2) set_workspace;
  decltype(&::cublasGetStatusString) status_string;
  // GemmEx has a second form for C++, whose address must not be meant.
  cublasStatus_t (*gemm_ex)(cublasHandle_t, cublasOperation_t, cublasOperation_t, int m, int n, int k,
                            const void* alpha, const void* a, cudaDataType, int lda, const void* b,
                            cudaDataType, int ldb, const void* beta, void* c, cudaDataType, int ldc,
                            cublasComputeType_t, cublasGemmAlgo_t);
};

// Loads cuBLAS on the first call. Throws CudaError if there is none or one of the wrong version.
const CublasLibrary& cublas();

}  // namespace huegrad::vendor
