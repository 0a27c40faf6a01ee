#!/usr/bin/env bash
# From a fresh clone to coloured photographs: installs what is needed, builds, colours data/demo into out/.
# Safe to run again: it only does what is not done yet.
set -euo pipefail
cd "$(dirname "$0")/.."
source apps/dependencies.sh

install_dependencies
build_release huegrad

say "Colouring the photographs of data/demo (their colours are removed first)"
build/release/huegrad colorize data/demo -o out --contact-sheet out/contact_sheet.png

say "Done"
echo "Coloured photographs:            out/*.jpg"
echo "Grey | coloured | original:      out/contact_sheet.png"
echo "Your own:                        build/release/huegrad colorize FOLDER -o coloured/"
