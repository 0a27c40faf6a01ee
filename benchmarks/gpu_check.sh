#!/usr/bin/env bash
# Everything that only a CUDA device can tell, in one command:
#   benchmarks/gpu_check.sh                      builds, then all of the below
#   benchmarks/gpu_check.sh --binaries DIR       uses programs built elsewhere; in a bundle (benchmarks/gpu_bundle.sh)
#                                                that is the default
#   benchmarks/gpu_check.sh --minutes N          is over after N minutes (default 30): what decides comes first
#   benchmarks/gpu_check.sh --pack FILE          trains on this pack as well
#   benchmarks/gpu_check.sh --output PREFIX      writes there; default: benchmarks/results/GPU-DATE
#   benchmarks/gpu_check.sh --dry-run            on the emulation of a device, tiny shapes: proves this script, not a GPU
# Steps: the machine; every test on the device; gradients; the same bits twice; networks; kernels; the same networks in
# PyTorch; a training run; compute-sanitizer. A step that fails, or has no time left, is named and the others
# go on. PREFIX/ has what each step printed and measured as soon as it did; PREFIX.json and PREFIX.md are made of it
# after every step (benchmarks/gpu_table.py). Needs no network; PyTorch is measured where python3 (or $PYTHON) has it.
set -uo pipefail

say() { printf '\n== %s\n' "$*"; }
fail() {
  printf 'huegrad: error: %s\n' "$*" >&2
  exit 2
}

binaries= pack= output= minutes=30 dry=
while [ $# -gt 0 ]; do
  case $1 in
    --binaries) binaries=$(realpath -m "${2:?--binaries needs a folder}"); shift ;;
    --pack) pack=$(realpath -m "${2:?--pack needs a file}"); shift ;;
    --output) output=$(realpath -m "${2:?--output needs a prefix}"); shift ;;
    --minutes) minutes=${2:?--minutes needs a number}; shift ;;
    --dry-run) dry=yes ;;
    -h | --help) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "unknown argument $1; see --help" ;;
  esac
  shift
done
[[ $minutes =~ ^[1-9][0-9]*$ ]] || fail "--minutes $minutes is not a whole number above 0"
[ -z "$pack" ] || [ -f "$pack" ] || fail "no pack $pack"
python=${PYTHON:-python3}
began=$SECONDS
cd "$(dirname "$0")/.." || exit 2
[ -f CMakeLists.txt ] || binaries=${binaries:-$PWD}  # a bundle: its programs are here

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
    [ -x "$place" ] && [ -f "$place" ] && { realpath "$place"; return; }
  done
  fail "no program $1 in $binaries"
}
if [ -n "$dry" ]; then
  names=(test_cuda_emulated test_cuda_engine_emulated test_cuda_program_emulated huegrad_bench_emulated huegrad_emulated_program)
else
  names=(test_cuda test_cuda_engine test_cuda_program huegrad-bench huegrad)
fi
kernel_tests=$(program "${names[0]}") && engine_tests=$(program "${names[1]}") &&
  program_tests=$(program "${names[2]}") && bench=$(program "${names[3]}") && huegrad=$(program "${names[4]}") || exit 2
export HUEGRAD_TEST_BINARY=$huegrad HUEGRAD_TEST_SOURCE=$PWD

# cuDNN and cuBLAS: from the toolkit, or from Python's wheels.
wheels=$("$python" -c 'import glob, importlib.util as u
spec = u.find_spec("nvidia")
print(":".join(d for p in (spec.submodule_search_locations if spec else []) for d in sorted(glob.glob(p + "/*/lib"))))' 2> /dev/null)
export HUEGRAD_CUDA_LIBRARIES=${HUEGRAD_CUDA_LIBRARIES:+$HUEGRAD_CUDA_LIBRARIES:}$wheels

name=emulation
if [ -z "$dry" ]; then
  gpu=$(nvidia-smi --query-gpu=name --format=csv,noheader 2> /dev/null | head -1)
  [ -n "$gpu" ] || fail "nvidia-smi finds no GPU; --dry-run proves this script without one"
  name=$(tr '[:upper:] ' '[:lower:]-' <<< "$gpu")
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
[ -n "$dry" ] && output=${output:-$scratch/result}
output=${output:-benchmarks/results/$name-$(date +%F)}
mkdir -p "$output" || fail "cannot write to $output"
output=$(realpath "$output")
rm -f "$output"/*.json "$output"/*.jsonl "$output"/*.log

# --- Steps: planned first, so that each knows what part of the time that is left is its own.

step_names=() step_shares=() step_commands=()
# plan NAME SHARE command...
plan() {
  step_names+=("$1")
  step_shares+=("$2")
  shift 2
  step_commands+=("$(printf '%q ' "$@")")
}

failures=()
summarize() {
  "$python" benchmarks/gpu_table.py --parts "$output" --targets benchmarks/targets.json --output "$output"
}
# note NAME RESULT SECONDS
note() { printf '{"step": "%s", "result": "%s", "seconds": %d}\n' "$@" >> "$output/steps.jsonl"; }

# A step may take twice its part: most need less than theirs.
run_steps() {
  local i rest=0 left limit start status log
  for i in "${!step_names[@]}"; do rest=$((rest + step_shares[i])); done
  for i in "${!step_names[@]}"; do
    left=$((60 * minutes - (SECONDS - began)))
    limit=$((2 * left * step_shares[i] / rest))
    if [ "$limit" -gt "$left" ] || [ -n "$dry" ]; then limit=$left; fi
    rest=$((rest - step_shares[i]))
    say "${step_names[i]}"
    if [ "$left" -lt 5 ]; then
      note "${step_names[i]}" "left out: the time is over" 0
      echo "left out: the time is over"
      continue
    fi
    log=$output/$(printf '%02d' "$i")-$(tr -cs '[:alnum:]' '-' <<< "${step_names[i],,}" | sed 's/-$//').log
    start=$SECONDS
    export STEP_SECONDS=$limit
    timeout -k 10 "$limit" bash -c ". benchmarks/gpu_steps.sh; ${step_commands[i]}" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    # Killed before its time is up: by something else.
    [[ $status =~ ^(124|137)$ ]] && [ $((SECONDS - start)) -lt "$limit" ] && status=1
    case $status in
      0) note "${step_names[i]}" passed $((SECONDS - start)) ;;
      77) note "${step_names[i]}" "left out: not here" $((SECONDS - start)) ;;
      124 | 137)
        note "${step_names[i]}" "stopped after its time" $((SECONDS - start))
        echo "stopped after $limit seconds"
        [ -n "$dry" ] && failures+=("${step_names[i]}")
        ;;
      *)
        note "${step_names[i]}" FAILED $((SECONDS - start))
        failures+=("${step_names[i]}")
        echo "FAILED: ${step_names[i]}"
        ;;
    esac
    summarize || failures+=("the table after ${step_names[i]}")
  done
}

dry_or() { if [ -n "$dry" ]; then echo "$1"; else echo "$2"; fi; }

vendor_tests=$([ -n "$dry" ] || program test_vendor 2> /dev/null)
commit=$(cat commit 2> /dev/null || git rev-parse HEAD 2> /dev/null || echo unknown)
export python bench huegrad kernel_tests engine_tests program_tests vendor_tests output scratch dry pack commit minutes

# By name; "tiny" shapes are for the emulation only.
shapes=$(dry_or tiny '[^t]')
networks="^(inference|training|picture)<Cuda,$(dry_or 'bf16>/tiny' '.*>/voc')/"
convolutions="^(conv|linear|ladder).*<Cuda,.*>/$shapes"
others="^[a-z_]+<Cuda,(float|bfloat16|uint8).*>/$shapes"

plan "The machine" 1 describe_machine
# Kernels against their definitions; the engine against the CPU, fifty steps of training too (within 1 % in fp32, 1.5 % in
# TF32, 2 % in bf16); cuDNN against ours in every layer of a network; the program as users call it.
HUEGRAD_PARITY=$(dry_or tiny:8:1 voc:224:2)
export HUEGRAD_PARITY
plan "Every test on the device" 25 each_case "$kernel_tests:${dry:+-tc=*relu*,*softmax*,*reduce*}" \
  "$engine_tests:${dry:+-tc=*same weights*,*tensors*,*parity*}" "$program_tests:${dry:+-tc=*labels*}"
plan "Gradients against float64" 3 "$huegrad" gradcheck --device cuda ${dry:+--layer relu --conv handwritten}
plan "Two runs of one seed" 2 same_bits
plan "What this machine can do at best" 2 ceilings
plan "Networks" 8 benchmarks networks "$networks"
plan "Convolutions and products" 8 benchmarks convolutions "$convolutions"
plan "Kernels bound by memory" 8 benchmarks kernels "$others"
plan "What cuDNN's guesses take" 3 of_convolutions engines "$(dry_or tiny:16:1 voc:224:64)"
plan "What our tiles take" 2 of_convolutions tiles "$(dry_or tiny:8:1 voc:224:64)"
plan "Where inference spends its time" 1 profile inference --preset "$(dry_or tiny voc)" --size "$(dry_or 16 224)" --precision bf16
plan "Where training spends its time" 2 profile training --preset "$(dry_or tiny voc)" --size "$(dry_or 16 224)" \
  --batch "$(dry_or 1 64)" --precision bf16 --train
plan "The same networks in PyTorch" 40 beside_pytorch
[ -z "$pack$dry" ] || plan "A training run" 14 train
[ -z "$vendor_tests" ] || plan "The device as cuDNN describes it" 1 describe_device
plan "compute-sanitizer: memcheck, racecheck, synccheck, initcheck" 12 sanitizers

run_steps
say "Kept as $output.json and $output.md"
sed -n '/^## Targets/,/^## Beside/p' "$output.md" | sed '$d'
if [ ${#failures[@]} -gt 0 ]; then
  say "Failed: ${failures[*]}"
  exit 1
fi
say "All steps that ran have passed"
