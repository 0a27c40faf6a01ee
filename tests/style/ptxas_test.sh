#!/usr/bin/env bash
# What the compiler made of every CUDA kernel, for every architecture of the build: no spills, no local memory, no wgmma
# that waits for the one before, and no more registers than kernels/cuda/registers.txt grants. Arguments: source folder,
# folder of the *.ptxas reports.
set -u
budgets=$1/kernels/cuda/registers.txt
reports=$(find "$2" -name '*.ptxas')
[ -n "$reports" ] || { echo "no reports of ptxas in $2"; exit 1; }
# shellcheck disable=SC2086
awk -v budgets="$budgets" '
  BEGIN {
    while ((getline line < budgets) > 0) {
      split(line, field, " ")
      if (line !~ /^#/ && line != "") budget[field[1]] = field[2]
    }
    printf "%-36s %-6s %5s %9s %6s %8s %6s\n", "kernel", "arch", "times", "registers", "budget", "shared", "spills"
  }
  /Compiling entry function/ {
    if (!match($0, /[a-z_]+_kernel/)) { print "an entry that is not called ..._kernel: " $0; bad = 1; next }
    name = substr($0, RSTART, RLENGTH)
    match($0, /sm_[0-9]+/)
    key = name " " substr($0, RSTART, RLENGTH)
    ++times[key]
  }
  /wgmma.*serialized/ { problems[++count] = "products of warpgroups wait for each other: " substr($0, 1, 200) }
  /bytes stack frame/ { local[key] += $1; spills[key] += $5 + $9 }
  /Used [0-9]+ registers/ {
    for (i = 1; i < NF; ++i) {
      if ($i == "Used" && $(i + 1) > registers[key]) registers[key] = $(i + 1)
      if ($(i + 1) == "bytes" && $(i + 2) ~ /^smem/ && $i > shared[key]) shared[key] = $i
    }
  }
  END {
    for (key in times) {
      split(key, part, " ")
      name = part[1]
      printf "%-36s %-6s %5d %9d %6s %8d %6d\n", name, part[2], times[key], registers[key], budget[name], shared[key],
        spills[key] | "sort"
      if (spills[key] + local[key] > 0) { problems[++count] = key ": spills or local memory" }
      if (!(name in budget)) problems[++count] = key ": no budget in " budgets
      else if (registers[key] > budget[name]) problems[++count] = key ": " registers[key] " registers, granted " budget[name]
    }
    close("sort")
    for (i = 1; i <= count; ++i) print "FAILED " problems[i]
    exit bad || count > 0
  }
' $reports
