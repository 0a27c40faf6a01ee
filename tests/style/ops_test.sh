#!/usr/bin/env bash
# One op, one name everywhere: each has a contract, a definition, a fast kernel, a CUDA kernel, tests and a benchmark.
set -u
cd "${1:-.}" || exit 1
failures=0
for definition in kernels/reference/*.cpp; do
  op=$(basename "$definition" .cpp)
  for file in "kernels/$op.h" "kernels/cpu/$op.cpp" "kernels/cuda/$op.cu" "kernels/no_cuda/$op.cpp" \
    "tests/kernels/${op}_test.cpp" "tests/cuda/${op}_test.cpp" "benchmarks/${op}_bench.cpp"; do
    if [ ! -f "$file" ]; then
      echo "$op has no $file"
      failures=1
    fi
  done
  # everywhere(), in_float() and every_pass() register an op for the definition, the CPU and CUDA alike.
  if ! grep -qE '(everywhere|in_float|every_pass)\(|add_casts<Cuda>' "benchmarks/${op}_bench.cpp"; then
    echo "benchmarks/${op}_bench.cpp does not measure everybody who computes $op"
    failures=1
  fi
done
[ "$failures" = 0 ] && echo "every op is complete"
exit "$failures"
