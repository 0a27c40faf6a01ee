#!/usr/bin/env bash
# Every function that CUDA computes is benchmarked there, and benchmarks/PREDICTIONS.md is what huegrad-bench
# --predict prints of the benchmarks' own costs.
#   predictions_test.sh SOURCE HUEGRAD_BENCH
set -u
cd "${1:?source folder}" || exit 1
printed=$("${2:?huegrad-bench}" --predict) || exit 1
failures=0
while read -r function; do
  if ! grep -qE "^\| \`${function}[ <]" <<< "$printed"; then
    echo "$function is not benchmarked on CUDA"
    failures=1
  fi
done < <(grep -hoP '^(void|float|double) \K\w+(?=\(Cuda,)' kernels/*.h | sort -u)
if [ "$printed" != "$(cat benchmarks/PREDICTIONS.md)" ]; then
  echo "benchmarks/PREDICTIONS.md is out of date: huegrad-bench --predict > benchmarks/PREDICTIONS.md"
  failures=1
fi
[ "$failures" = 0 ] && echo "every CUDA kernel has its prediction"
exit "$failures"
