#!/usr/bin/env bash
# What the emulation finds, bug by bug: kernels/emulation/README.md has a table of it, and this runs every program of
# tests/emulation in every mode and fails where the table is wrong. Without their bugs all programs must be right.
# Arguments: source folder, and the programs built plain, with the address and with the thread sanitizer.
set -u
table=$1/kernels/emulation/README.md plain=$2 asan=$3 tsan=$4
ulimit -c 0
export ASAN_OPTIONS=detect_leaks=1 TSAN_OPTIONS=halt_on_error=1:report_signal_unsafe=0
modes=(forward reverse random eager asan tsan)

run() { # MODE [BUG]
  case $1 in
    forward | reverse) EMU_ORDER=$1 "$plain" ${2:+"$2"} ;;
    random) EMU_ORDER=random:1 "$plain" ${2:+"$2"} ;;
    eager) EMU_STREAMS=eager "$plain" ${2:+"$2"} ;;
    asan) "$asan" ${2:+"$2"} ;;
    tsan) "$tsan" ${2:+"$2"} ;;
  esac
}

# One word for how a run ended.
outcome() { # MODE BUG
  local output status
  output=$(run "$@" 2>&1)
  status=$?
  case $output in
    *"data race"*"tests/emulation/"*.cpp:[0-9]*) echo race ;;
    *"SEGV"* | *"stack-overflow"*) echo crash ;;
    *"AddressSanitizer:"*) echo asan ;;
    *"runtime error:"*) echo ubsan ;;
    *"heap-use-after-free"*) echo tsan ;;
    *"cuda_emu: "*.cpp:[0-9]*) echo stop ;;
    *"cuda_emu: "*) echo refused ;;
    *) case $status in 0) echo - ;; 1) echo wrong ;; 3) echo status ;; 139) echo crash ;; *) echo "status $status: $output" ;; esac ;;
  esac
}

row() { # BUG
  local line="$1" mode
  for mode in "${modes[@]}"; do line+=" $(outcome "$mode" "$1")"; done
  echo "$line"
}

failures=0
for mode in "${modes[@]}"; do
  run "$mode" > /dev/null || { echo "$mode finds fault with programs that have no bug"; failures=1; }
done

# | `bug` | what it is | forward | reverse | ... |
expected=$(sed -n 's/^| `\([a-z_]*\)` |[^|]*|/\1 |/p' "$table" | tr -d '|' | tr -s ' ' | sed 's/ $//' | sort)
export -f run outcome row
export plain asan tsan
export MODES="${modes[*]}"
actual=$("$plain" | xargs -P 2 -I{} bash -c 'modes=($MODES); row {}' 2> /dev/null | sort)
if ! difference=$(diff <(echo "$expected") <(echo "$actual")); then
  echo "Columns: bug ${modes[*]}. < $table, > found now"
  echo "$difference"
  failures=1
fi
echo "$(wc -l <<< "$actual") bugs, ${#modes[@]} modes"
exit "$failures"
