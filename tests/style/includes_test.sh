#!/usr/bin/env bash
# Dependencies run one way: a folder includes only itself and the folders it may stand on.
set -u
cd "${1:-.}" || exit 1
declare -A allowed=(
  [kernels]="kernels"
  [core]="core kernels"
  [layers]="layers core kernels"
  [optim]="optim core kernels"
  [data]="data core kernels"
  [net]="net layers optim data core kernels"
  [apps]="apps net layers optim data core kernels"
)
failures=0
for folder in "${!allowed[@]}"; do
  pattern="^#include \"($(tr ' ' '|' <<<"${allowed[$folder]}"))/"
  bad=$(grep -rnE '^#include "' "$folder" --include='*.h' --include='*.cpp' --include='*.cu' | grep -vE ":[0-9]+:${pattern#^}")
  if [ -n "$bad" ]; then
    echo "$folder/ may include only from: ${allowed[$folder]}"
    echo "$bad"
    failures=1
  fi
done
[ "$failures" = 0 ] && echo "includes run one way"
exit "$failures"
