#!/usr/bin/env bash
# From a fresh clone to tested: installs what is needed, builds, runs every test, ends with CTest's summary.
#   tests/run.sh                 all tests of the Release build
#   tests/run.sh -R kernels      arguments go to ctest
set -euo pipefail
cd "$(dirname "$0")/.."
source apps/dependencies.sh

install_dependencies
build_release all

say "Running the tests"
ctest --preset release "$@"
