#!/usr/bin/env bash
# Everything that only a CUDA device can tell, in one command and about twenty minutes:
#   benchmarks/gpu_check.sh                      builds, then all of the below
#   benchmarks/gpu_check.sh --binaries DIR       uses programs built elsewhere (huegrad, huegrad-bench, test_cuda, ...)
#   benchmarks/gpu_check.sh --pack FILE          trains on this pack for a few minutes as well
#   benchmarks/gpu_check.sh --quick              short measurements
#   benchmarks/gpu_check.sh --dry-run            on the emulation of a device, tiny shapes: proves this script, not a GPU
# Steps: tests on the device, compute-sanitizer, kernel and network benchmarks, PyTorch beside them, a training run.
# A step that fails is named at the end and the others go on. Figures go to benchmarks/results/GPU-DATE.json (a dry
# run's to --output, or nowhere). Needs no network.
set -uo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }
fail() {
  printf 'huegrad: error: %s\n' "$*" >&2
  exit 2
}

binaries= pack= output= quick= dry=
while [ $# -gt 0 ]; do
  case $1 in
    --binaries) binaries=${2:?--binaries needs a folder}; shift ;;
    --pack) pack=${2:?--pack needs a file}; shift ;;
    --output) output=${2:?--output needs a file}; shift ;;
    --quick) quick=yes ;;
    --dry-run) dry=yes ;;
    -h | --help) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "unknown argument $1; see --help" ;;
  esac
  shift
done

# cuDNN and cuBLAS: from the toolkit, or from Python's wheels.
find_libraries() {
  local wheels
  wheels=$(python3 -c 'import glob, importlib.util as u
spec = u.find_spec("nvidia")
print(":".join(d for p in (spec.submodule_search_locations if spec else []) for d in sorted(glob.glob(p + "/*/lib"))))' 2> /dev/null)
  local toolkit=${CUDA_HOME:-/usr/local/cuda}
  export LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$toolkit/lib64:$toolkit/lib${wheels:+:$wheels}
}

# Where the programs are; a dry run uses their emulated twins.
if [ -n "$binaries" ]; then
  [ -d "$binaries" ] || fail "no folder $binaries"
elif [ -n "$dry" ]; then
  binaries=build/release
else
  say "Building"
  cmake --preset release -DHUEGRAD_CUDA=ON > /dev/null && cmake --build --preset release || fail "the build failed"
  binaries=build/release
fi
program() {
  local place
  for place in "$binaries/$1" "$binaries/tests/$1"; do
    [ -x "$place" ] && [ -f "$place" ] && { echo "$place"; return; }
  done
  fail "no program $1 in $binaries"
}
find_libraries

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=()

# step NAME SECONDS command...: runs it, keeps what it prints, notes a failure.
step() {
  local name=$1 limit=$2
  shift 2
  say "$name"
  if ! timeout "$limit" "$@" 2>&1 | tee "$work/log"; then
    failures+=("$name")
    echo "FAILED: $name"
  fi
}

if [ -n "$dry" ]; then
  names=(test_cuda_emulated test_cuda_engine_emulated huegrad_bench_emulated huegrad_emulated_program)
else
  names=(test_cuda test_cuda_engine huegrad-bench huegrad)
fi
kernel_tests=$(program "${names[0]}") && engine_tests=$(program "${names[1]}") &&
  bench=$(program "${names[2]}") && huegrad=$(program "${names[3]}") || exit 2
smallest=()
[ -n "$dry" ] && smallest=("-tc=*relu*,*softmax*,*reduce*")

step "Kernels against their definitions" 600 "$kernel_tests" "${smallest[@]}"
[ -n "$dry" ] || step "The engine against the CPU" 600 "$engine_tests"
step "Gradients against float64" 300 "$huegrad" gradcheck --device cuda ${dry:+--layer relu --conv handwritten}

if command -v compute-sanitizer > /dev/null && [ -z "$dry" ]; then
  for tool in memcheck racecheck synccheck initcheck; do
    step "compute-sanitizer $tool" 300 compute-sanitizer --tool "$tool" --error-exitcode 1 "$kernel_tests"
  done
else
  echo "compute-sanitizer: left out, it is not here"
fi

say "Benchmarks"
minimum=0.2
[ -n "$quick" ] && minimum=0.05
filter='Cuda|copy|(inference|training)/voc/.*batch'
[ -n "$dry" ] && minimum=0.001 && filter='Cuda.*/tiny|(inference|training)/tiny/.*batch'
step "Kernels and networks" 900 "$bench" --benchmark_min_time=$minimum "--benchmark_filter=$filter" \
  "--benchmark_out=$work/huegrad.json" --benchmark_out_format=json

peer=(python3 benchmarks/peers/pytorch_gpu.py --output "$work/pytorch.json")
[ -n "$quick" ] && peer+=(--quick)
[ -n "$dry" ] && peer+=(--device cpu --tiny)
if python3 -c 'import torch' 2> /dev/null; then
  step "The same network in PyTorch" 600 "${peer[@]}"
else
  echo "PyTorch: left out, it is not here"
fi

if [ -n "$pack" ]; then
  step "A training run" 400 "$huegrad" train --preset voc --device cuda --precision bf16 --data "$pack" --batch 32 \
    --crop 176 --minutes 4 -o "$work/run" --set log_every=10
  [ -f "$work/run/log.jsonl" ] && cp "$work/run/log.jsonl" "$work/training.jsonl"
fi

say "Figures"
name=emulation
[ -z "$dry" ] && name=$(nvidia-smi --query-gpu=name --format=csv,noheader | head -1 | tr '[:upper:] ' '[:lower:]-')
result=${output:-benchmarks/results/$name-$(date +%F).json}
[ -n "$dry" ] && [ -z "$output" ] && result=$work/result.json
python3 benchmarks/gpu_table.py --huegrad "$work/huegrad.json" --pytorch "$work/pytorch.json" \
  --training "$work/training.jsonl" --device "$name" --commit "$(git rev-parse HEAD 2> /dev/null || echo unknown)" \
  --output "$result" || failures+=("Figures")
[ -z "$dry" ] && echo "Kept as $result"

if [ ${#failures[@]} -gt 0 ]; then
  say "Failed: ${failures[*]}"
  exit 1
fi
say "All steps passed"
