# What the steps of benchmarks/gpu_check.sh do; it sets the variables. A function returns 77 where what it needs is not
# on this machine. STEP_SECONDS is the time that the step has; what it measures goes to $output at once.
# shellcheck shell=bash disable=SC2154
set -o pipefail

describe_machine() {
  "$python" - "$output/machine.json" << 'END'
import ctypes, json, os, platform, subprocess, sys
def ask(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.strip()
    except OSError:
        return ""
facts = {"device": "emulation" if os.environ.get("dry") else "unknown", "system": platform.platform(),
         "processor threads": str(os.cpu_count()), "date": ask("date", "-Is"),
         "load average": " ".join("%.2f" % load for load in os.getloadavg()),
         "huegrad": ask(os.environ["huegrad"], "--version"),
         "commit": os.environ.get("commit", "")}
fields = ["name", "driver_version", "vbios_version", "memory.total", "clocks.sm", "clocks.mem", "clocks.max.sm",
          "clocks.max.mem", "power.limit", "temperature.gpu", "persistence_mode", "mig.mode.current", "ecc.mode.current"]
answer = ask("nvidia-smi", "--query-gpu=" + ",".join(fields), "--format=csv,noheader").splitlines()
if answer:
    facts.update(zip(fields, answer[0].split(", ")))
    facts["device"] = facts.pop("name")
# Versions of the libraries that huegrad finds, as they say themselves.
folders = os.environ["HUEGRAD_CUDA_LIBRARIES"].split(":") + [os.environ.get("CUDA_HOME", "/usr/local/cuda") + "/lib64", ""]
for library, function in (("libcudnn.so.9", "cudnnGetVersion"), ("libcublasLt.so.13", "cublasLtGetVersion"),
                          ("libcublasLt.so.12", "cublasLtGetVersion")):
    for folder in folders:
        try:
            ask_version = getattr(ctypes.CDLL(os.path.join(folder, library)), function)
            ask_version.restype = ctypes.c_size_t
            facts.setdefault(library, ask_version())
            break
        except OSError:
            pass
version = ask("nvcc", "--version").splitlines()
facts["toolkit on this machine"] = version[-2] if len(version) > 1 else "none"
json.dump(facts, open(sys.argv[1], "w"), indent=1)
print(json.dumps(facts, indent=1))
END
  if command -v nvidia-smi > /dev/null; then nvidia-smi -q > "$output/nvidia-smi.txt"; fi
}

# In a dry run, the caller's `options` become a training with as few channels as the emulation can bear.
lighten_in_dry_run() {
  [ -n "$dry" ] || return 0
  "$python" -c 'import json, sys
preset = json.load(open("net/presets/tiny.json"))
preset.update(preset="dry", channels=[4] * 8, deconv_channels=4, head_channels=4)
json.dump(preset, open(sys.argv[1], "w"))' "$scratch/dry.json" || return 1
  options=(--preset "$scratch/dry.json" --batch 1 --crop 16 --max-steps 2)
}
small_pack() { "$huegrad" prepare folder data/demo --size 64 -o "$scratch/demo.pack" > /dev/null && echo "$scratch/demo.pack"; }

# Two runs of training with one seed: as users run it, so with NVIDIA's libraries where they are.
same_bits() {
  local run data options=(--preset tiny --batch 2 --crop 32 --max-steps 8)
  lighten_in_dry_run || return 1
  data=$(small_pack) || return 1
  for run in once again; do
    rm -rf "${scratch:?}/$run"
    "$huegrad" train --device cuda "${options[@]}" --seed 3 --quiet --data "$data" -o "$scratch/$run" || return 1
  done
  weights() { "$python" -c 'import struct, sys
data = open(sys.argv[1], "rb").read()
sys.stdout.buffer.write(data[8 + struct.unpack("<Q", data[:8])[0]:])' "$scratch/$1/best.safetensors"; }
  cmp <(weights once) <(weights again) && echo "both runs have the same weights, bit for bit"
}

# sanitize TOOL: the kernels' tests, small shapes
sanitize() {
  # Ours only: NVIDIA's kernels race by design. What a test gets wrong on purpose is no error.
  HUEGRAD_SMALL_CASES=1 HUEGRAD_OWN_KERNELS=1 compute-sanitizer --tool "$1" --report-api-errors no --error-exitcode 1 \
    --print-limit 20 "$kernel_tests" "-tce=*libraries*"
}
# All four at once: they wait for the device far less than for themselves.
sanitizers() {
  command -v compute-sanitizer > /dev/null || { echo "compute-sanitizer is not here"; return 77; }
  local tool status=0 jobs=()
  for tool in memcheck racecheck synccheck initcheck; do
    sanitize "$tool" > "$output/sanitizer-$tool.log" 2>&1 &
    jobs+=("$tool:$!")
  done
  for tool in "${jobs[@]}"; do
    if wait "${tool#*:}"; then echo "${tool%:*}: no error"; else
      echo "${tool%:*}: see sanitizer-${tool%:*}.log"
      tail -n 5 "$output/sanitizer-${tool%:*}.log"
      status=1
    fi
  done
  return $status
}

# A test program that finds no device (77) has failed here: nvidia-smi has found one.
must_run() {
  local status=0
  "$@" || status=$?
  [ "$status" -eq 77 ] && status=1
  return "$status"
}

# each_case PROGRAM:FILTER...: every test case in a process of its own, several at once. An error of the device lasts as
# long as the process, so that one case would take all that follow with it.
each_case() {
  local cores jobs one program filter count total passed logs
  cores=$(nproc)
  jobs=$((cores < 12 ? cores : 12))
  logs=$(mktemp -d -p "$scratch") || return 1
  for one in "$@"; do
    program=${one%%:*} filter=${one#*:}
    count=$(must_run "$program" ${filter:+"$filter"} --count) || { echo "$count"; return 1; }
    count=$(grep -oE '[0-9]+$' <<< "$count" | tail -1)
    [ "${count:-0}" -gt 0 ] || { echo "no test case of $one"; return 1; }
    seq -f "$program:$filter:%g" "$count" >> "$logs/cases"
  done
  # shellcheck disable=SC2016
  xargs -P "$jobs" -d '\n' -I{} bash -c '
    IFS=: read -r program filter case <<< "$2"
    log=$1/$(basename "$program")-$(tr -cd "[:alnum:]" <<< "$filter")-$case
    "$program" ${filter:+"$filter"} --duration=true "--first=$case" "--last=$case" > "$log" 2>&1 && mv "$log" "$log.passed" ||
      printf -- "--- %s\n%s\n" "$log" "$(head -c 4000 "$log")"
  ' - "$logs" {} < "$logs/cases"
  total=$(wc -l < "$logs/cases")
  passed=$(find "$logs" -name '*.passed' | wc -l)
  grep -hoP "MESSAGE: \K(largest difference|left out).*" "$logs"/*.passed
  echo "$total test cases, $((total - passed)) failed; the slowest:"
  grep -hE '^[0-9.]+ s: ' "$logs"/*.passed | sort -rn | head -3
  [ "$passed" -eq "$total" ]
}

ceilings() { "$bench" --ceilings | tee "$output/ceilings.json"; }

# of_convolutions engines|tiles PRESET:SIDE:BATCH
of_convolutions() { "$bench" "--$1" "$2" > "$output/$1.json" && echo "kept as $1.json"; }

# benchmarks NAME FILTER
benchmarks() {
  local minimum=0.1
  [ "$STEP_SECONDS" -lt 120 ] && minimum=0.03
  [ -n "$dry" ] && minimum=0.001
  "$bench" --benchmark_min_time=$minimum "--benchmark_filter=$2" "--benchmark_out=$output/$1.bench.json" \
    --benchmark_out_format=json || return $?
  # Nothing matches where no device is found: that is not what this step is for.
  grep -q '"real_time"' "$output/$1.bench.json" || { echo "nothing was measured"; return 1; }
}

beside_pytorch() {
  "$python" -c 'import torch' 2> /dev/null || { echo "PyTorch is not here"; return 77; }
  local options=(--output "$output/pytorch.json" --minutes "$(most_minutes)")
  # An hour is enough for one at a time; else what is used most comes first.
  [ "$minutes" -ge 60 ] || options+=(--jobs 5 --precisions bf16,tf32 --modes eager,reduce-overhead,max-autotune)
  [ -n "$dry" ] && options+=(--device cpu --tiny --modes eager)
  "$python" benchmarks/peers/pytorch_gpu.py "${options[@]}"
}

# Of a step that ends by itself: most of its time.
most_minutes() { "$python" -c "print($STEP_SECONDS * 0.8 / 60)"; }

# profile NAME arguments...
profile() {
  local name=$1
  shift
  "$huegrad" profile --device cuda --json "$@" > "$output/$name.profile.json" && echo "kept as $name.profile.json"
}

train() {
  local status data=$pack options
  options=(--preset voc --batch 32 --crop 176 --minutes "$(most_minutes)")
  lighten_in_dry_run || return 1
  if [ -n "$dry" ]; then data=$(small_pack) || return 1; fi
  "$huegrad" train --device cuda --precision bf16 "${options[@]}" --data "$data" -o "$scratch/run" --set log_every=10
  status=$?
  [ -f "$scratch/run/log.jsonl" ] && cp "$scratch/run/log.jsonl" "$output/training.jsonl"
  return $status
}

# The card as cuDNN describes it: what tests/vendor/h100.json was written after.
describe_device() { "$vendor_tests" --describe "$output/device.json"; }
