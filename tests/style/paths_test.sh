#!/usr/bin/env bash
# Files that documents link to or name, and that sources name, exist. A document may name a file by the end of its
# path. Names with tanh, NAME, DATE or dots for what is left out stand for others.
set -u
cd "${1:-.}" || exit 1
extensions='(h|cpp|cu|sh|py|md|json|txt|cmake)'
stands_for_others='tanh|NAME|DATE|\.\.\.|huegrad-config'
folders=(core layers kernels optim net data apps tests benchmarks)
files=$(find "${folders[@]}" ./*.md CMakeLists.txt -type f | sed 's|^\./||')
failures=0
missing() {
  echo "$1 names $2, which does not exist"
  failures=1
}
while read -r document; do
  while read -r link; do
    [ -e "$(dirname "$document")/$link" ] || missing "$document" "$link"
  done < <(grep -oP '\]\(\K(?!https?:)[^)#]+' "$document")
  while read -r name; do
    grep -qE "(^|/)${name//./\\.}\$" <<< "$files" || missing "$document" "$name"
  done < <(grep -oP "\`(\.\./)*\K[\w./-]+\.$extensions(?=\`)" "$document" | grep -vE "$stands_for_others")
done < <(grep '\.md$' <<< "$files")
while IFS=: read -r source name; do
  [ -e "$name" ] || missing "$source" "$name"
done < <(grep -rHoE "($(IFS='|'; echo "${folders[*]}"))/[A-Za-z0-9_./-]+\.$extensions\b" \
  --include='*.h' --include='*.cpp' --include='*.cu' --include='*.sh' --include='*.py' --include='*.cmake' \
  "${folders[@]}" | grep -vE "$stands_for_others")
[ "$failures" = 0 ] && echo "every named file exists"
exit "$failures"
