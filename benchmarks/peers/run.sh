#!/usr/bin/env bash
# Compares huegrad on the CPU with PyTorch, ONNX Runtime, OpenVINO, ncnn, OpenCV and Pillow: the same weights and inputs,
# outputs compared first, turn by turn in the same run. Prints a table and keeps clean figures in benchmarks/results.
#   benchmarks/peers/run.sh                          everything, a quarter to half an hour on an idle machine
#   benchmarks/peers/run.sh --quick                  a smoke test of a few minutes; its figures mean nothing
#   benchmarks/peers/run.sh --avx2                   beside PyTorch, neither with vectors wider than AVX2's
#   benchmarks/peers/run.sh --filter inference/1     other arguments go to compare.py; --help lists them
#   benchmarks/peers/run.sh --venv DIR ...           Python packages, up to 6 GB, live there (default build/peers-venv)
set -euo pipefail
cd "$(dirname "$0")/../.."
source apps/dependencies.sh

venv=build/peers-venv
if [ "${1:-}" = --venv ]; then
  venv=${2:?--venv needs a folder}
  shift 2
fi

# PyTorch for CPUs only is smaller, but has an index of its own; the ordinary one does as well.
install_package() {
  local pip=("$venv/bin/pip" install --quiet --disable-pip-version-check)
  case $1 in
    torch==*) "${pip[@]}" --retries 0 --index-url https://download.pytorch.org/whl/cpu "$1" 2> /dev/null || "${pip[@]}" "$1" ;;
    *) "${pip[@]}" "$1" ;;
  esac
}

install_peers() {
  say "Installing the peers in $venv"
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv" || fail "no virtual environment; install python3-venv"
  local package installed
  installed=$("$venv/bin/pip" list --format=freeze --disable-pip-version-check)
  grep -v '^#' benchmarks/peers/requirements.txt | while read -r package; do
    grep -qxi "${package%%==*}==${package##*==}\(+.*\)\?" <<< "$installed" || install_package "$package" < /dev/null ||
      echo "left out: $package does not install here"
  done
  # Also called PIL, so it goes elsewhere; it has to be compiled.
  [ -d "$venv/pillow-simd" ] || CC="cc -mavx2" install_package_into "$venv/pillow-simd" pillow-simd==12.1.1.post0 ||
    echo "left out: Pillow-SIMD does not install here"
}

install_package_into() {
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --target "$1" "$2"
}

install_dependencies
build_release huegrad-peer
install_peers
say "Comparing"
export PYTHONPYCACHEPREFIX=$PWD/build/peers-pycache
exec "$venv/bin/python" benchmarks/peers/compare.py "$@"
