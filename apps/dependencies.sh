# Sourced by apps/quickstart.sh and tests/run.sh: installs what huegrad builds with, on Debian 12 and its relatives.
# Does nothing when everything is there.

dependencies=(build-essential cmake ninja-build pkg-config
  libfmt-dev nlohmann-json3-dev libcli11-dev libhwy-dev libxxhash-dev
  libpng-dev libjpeg-dev libstb-dev libmatio-dev doctest-dev libbenchmark-dev)

say() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'huegrad: error: %s\n' "$*" >&2
  exit 3
}

missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || echo "$package"
  done
}

install_dependencies() {
  command -v dpkg-query >/dev/null || fail "these packages are needed, and this is not a Debian system: ${dependencies[*]}"
  local missing
  mapfile -t missing < <(missing_packages "${dependencies[@]}")
  if [ "${#missing[@]}" -eq 0 ]; then
    say "Everything needed is installed"
    return
  fi
  say "Installing: ${missing[*]}"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "installing packages needs root or sudo"
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -q || fail "apt-get update failed; is there a network?"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install: ${missing[*]}"
}

# build_release TARGET...: configures and builds build/release.
build_release() {
  say "Building huegrad (Release) in build/release"
  local log
  log=$(cmake --preset release 2>&1) || { echo "$log"; fail "configuration failed"; }
  cmake --build --preset release --target "$@" || fail "the build failed"
}
