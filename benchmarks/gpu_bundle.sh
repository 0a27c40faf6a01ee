#!/usr/bin/env bash
# Builds what a machine with a GPU needs to run benchmarks/gpu_check.sh, into one folder and one archive of under 50 MB:
#   benchmarks/gpu_bundle.sh                     makes build/huegrad-gpu and build/huegrad-gpu.tar.xz
#   benchmarks/gpu_bundle.sh --output FOLDER     makes FOLDER and FOLDER.tar.xz
# On the other machine: tar xf huegrad-gpu.tar.xz && huegrad-gpu/benchmarks/gpu_check.sh
# It needs a driver, glibc and libstdc++ (Ubuntu 24.04 or anything newer than this machine), and python3; cuDNN, cuBLAS,
# PyTorch and compute-sanitizer are used where they are. Everything else is inside.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  printf 'huegrad: error: %s\n' "$*" >&2
  exit 2
}

output=build/huegrad-gpu
case ${1:-} in
  '') ;;
  --output) output=${2:?--output needs a folder} ;;
  -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) fail "unknown argument $1; see --help" ;;
esac

programs=(huegrad huegrad-bench test_cuda test_cuda_engine test_cuda_program test_vendor)
cmake --preset release -DHUEGRAD_CUDA=ON > /dev/null
cmake --build --preset release --target "${programs[@]}"

rm -rf "$output" "$output.tar.xz"
mkdir -p "$output/lib" "$output/tests/vendor" "$output/data" "$output/benchmarks/results"
for program in "${programs[@]}"; do
  found=build/release/$program
  [ -f "$found" ] || found=build/release/tests/$program
  strip -o "$output/$program" "$found"
done
cp -r benchmarks/gpu_check.sh benchmarks/gpu_steps.sh benchmarks/gpu_table.py benchmarks/targets.json benchmarks/PREDICTIONS.md benchmarks/peers \
  "$output/benchmarks/"
rm -rf "$output/benchmarks/peers/__pycache__"
cp tests/vendor/*.json "$output/tests/vendor/"
cp -r data/demo "$output/data/"
git rev-parse HEAD > "$output/commit" 2> /dev/null || echo unknown > "$output/commit"

# Shared libraries, except those of the C and C++ implementation: these must be the other machine's, which its driver and
# NVIDIA's libraries stand on too. Programs look into lib/ beside them (CMakeLists.txt, CMAKE_BUILD_RPATH).
system='^(ld-linux-x86-64|libc|libm|libdl|librt|libpthread|libresolv|libstdc\+\+|libgcc_s)\.so'
for program in "${programs[@]}"; do
  ldd "build/release/$program" "build/release/tests/$program" 2> /dev/null || true
done | awk '$2 == "=>" { print $1, $3 }' | sort -u | while read -r library path; do
  [[ $library =~ $system ]] && continue
  [ -f "$path" ] || fail "the library $library is not found"
  cp -L "$path" "$output/lib/$library"
done
strip --strip-unneeded "$output"/lib/*.so* 2> /dev/null || true

# What the other machine must have is no newer than what Ubuntu 24.04 has.
needed() { objdump -T "$output"/lib/*.so* "${programs[@]/#/$output/}" 2> /dev/null | grep -oP "$1_\K[0-9.]+" | sort -uV | tail -1; }
newer() { [ "$(printf '%s\n' "$1" "$2" | sort -V | tail -1)" != "$2" ]; }
newer "$(needed GLIBC)" 2.39 && fail "glibc $(needed GLIBC) is needed; Ubuntu 24.04 has 2.39"
newer "$(needed GLIBCXX)" 3.4.33 && fail "libstdc++ with GLIBCXX $(needed GLIBCXX) is needed; Ubuntu 24.04 has 3.4.33"
# And nothing is taken from this machine any more.
for program in "${programs[@]}"; do
  strays=$(env -i /lib64/ld-linux-x86-64.so.2 --list "$output/$program" | awk '$2 == "=>" { print $1, $3 }' |
    grep -vE "$system" | grep -v " $(realpath "$output")/lib/" || true)
  [ -z "$strays" ] || fail "$program would still take from this machine: $strays"
done

tar -C "$(dirname "$output")" -cf - "$(basename "$output")" | xz -6 -T2 > "$output.tar.xz"
most=$((50 * 1000 * 1000))
size=$(stat -c %s "$output.tar.xz")
[ "$size" -le "$most" ] || fail "$output.tar.xz has $size bytes; 50 MB were promised"
printf '%s: %d bytes; needs glibc %s, GLIBCXX %s\n' "$output.tar.xz" "$size" "$(needed GLIBC)" "$(needed GLIBCXX)"
