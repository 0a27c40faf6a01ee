#!/usr/bin/env bash
# Measures every kernel and whole networks: builds huegrad-bench, runs it, prints the table and keeps the figures as
# benchmarks/results/MACHINE-DATE.json. MACHINE is the processor's name and the number of threads. About five minutes;
# nothing else should be running. Each file also records the load average it was measured under.
#   benchmarks/run.sh                                      everything
#   benchmarks/run.sh --quick                              a glance in two minutes; keeps nothing
#   benchmarks/run.sh --quick --benchmark_filter=conv2d    other arguments go to huegrad-bench
set -euo pipefail
cd "$(dirname "$0")/.."
source apps/dependencies.sh

quick=
if [ "${1:-}" = --quick ]; then
  quick=yes
  shift
fi

install_dependencies
build_release huegrad-bench

say "Measuring"
if [ -n "$quick" ]; then
  exec build/release/huegrad-bench --benchmark_min_time=0.05 "$@"
fi

measured=$(mktemp)
trap 'rm -f "$measured"' EXIT
build/release/huegrad-bench --benchmark_out="$measured" --benchmark_out_format=json "$@"

# "AMD EPYC 7763 64-Core Processor", "2" -> amd-epyc-7763-64-core-processor-2-threads
context() { sed -n "s/^ *\"$1\": \"\(.*\)\",*$/\1/p" "$measured" | head -1; }
machine=$(printf '%s %s threads' "$(context cpu)" "$(context threads)" |
  tr '[:upper:]' '[:lower:]' | tr -cs '[:alnum:]' '-')
result="benchmarks/results/$machine-$(date +%F).json"
mkdir -p benchmarks/results
grep -v '"host_name"' "$measured" > "$result"
say "Kept as $result"
