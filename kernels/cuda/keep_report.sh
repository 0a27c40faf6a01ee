#!/usr/bin/env bash
# Compiler launcher: runs nvcc and keeps what ptxas says of registers and spills as OBJECT.ptxas, for
# tests/style/ptxas_test.sh; everything else nvcc says is passed on.
set -u
object=
previous=
for argument in "$@"; do
  [ "$previous" = -o ] && object=$argument
  previous=$argument
done
case $object in
  *.o)
    "$@" 2> "$object.ptxas"
    status=$?
    grep -vE "^ptxas info|^ +[0-9]+ bytes stack frame" "$object.ptxas" >&2
    exit $status
    ;;
  *) exec "$@" ;;
esac
