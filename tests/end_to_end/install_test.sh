#!/usr/bin/env bash
# install_test.sh SOURCE BUILD SANITIZERS: an installed huegrad is found, built against and run by a stranger.
set -euo pipefail
source_dir=$1 build_dir=$2 sanitize=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

quietly() { "$@" >>"$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }
quietly cmake --install "$build_dir" --prefix "$work/prefix"
quietly cmake -S "$source_dir/apps/examples" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" \
  -DCMAKE_CXX_FLAGS="${sanitize:+-fsanitize=$sanitize}"
quietly cmake --build "$work/build"

said=$("$work/build/colorize_one")
[ "$said" = "147.5 MB, 36.7 GMAC" ] || { echo "the example said: $said"; exit 1; }
"$work/prefix/bin/huegrad" --version
if "$work/build/colorize_one" "$work/absent.safetensors" in.jpg out.png 2>"$work/error"; then
  echo "a missing model was accepted"
  exit 1
fi
grep -q absent.safetensors "$work/error"
echo "installed, found and used"
