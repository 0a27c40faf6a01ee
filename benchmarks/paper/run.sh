#!/usr/bin/env bash
# The paper's experiment in one command: trains the network with and without its semantic branch on the same pictures
# for the same number of epochs, then prints Table 1 (evaluate --ablation --protocol bmvc18) and keeps its figures.
# Rows 2 and 3 are one model: joint bilateral upsampling has nothing to train. Stopped or killed, it goes on where it
# was when it is called again.
#   benchmarks/paper/run.sh --voc TRAIN,VAL                   reduced: preset tiny, 64-pixel crops, 12 epochs
#   benchmarks/paper/run.sh --voc TRAIN,VAL --paper-size      the paper's network, 224 pixels, 40 epochs
#   benchmarks/paper/run.sh --coco-stuff TRAIN,VAL ...        the same on COCO-stuff, at the paper's size 20 epochs
# TRAIN and VAL are packs (huegrad prepare). Options:
#   --out DIR       runs and tables (build/paper)
#   --epochs N      another number of epochs
#   --batch N       pictures in a step (64; at the paper's size 16)
#   --device D      auto, cpu or cuda; --precision P
set -euo pipefail
cd "$(dirname "$0")/../.."
source apps/dependencies.sh

usage() {
  sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' benchmarks/paper/run.sh >&2
  exit 2
}

out=build/paper epochs='' batch='' size=reduced
declare -A packs=()
device=()
while [ $# -gt 0 ]; do
  case $1 in
    --paper-size) size=paper; shift; continue ;;
    --voc | --coco-stuff | --out | --epochs | --batch | --device | --precision) [ $# -ge 2 ] || usage ;;
    *) usage ;;
  esac
  case $1 in
    --voc | --coco-stuff) packs[${1#--}]=$2 ;;
    --out) out=$2 ;;
    --epochs) epochs=$2 ;;
    --batch) batch=$2 ;;
    --device | --precision) device+=("$1" "$2") ;;
  esac
  shift 2
done
[ ${#packs[@]} -gt 0 ] || usage

# train NAME OPTION...: a run in $out/NAME, continued if it is there.
train() {
  local folder=$out/$1 resume=()
  shift
  if [ -e "$folder/checkpoints/last.safetensors" ]; then resume=(--resume); else rm -rf "$folder"; fi
  build/release/huegrad train -o "$folder" "${resume[@]}" "${device[@]}" "$@"
}

# What both networks of a data set have in common.
options_for() {
  local set=$1 train_pack=$2 val_pack=$3
  if [ "$size" = paper ]; then
    local paper_epochs=40
    [ "$set" = voc ] || paper_epochs=20
    options=(--preset "$set" --crop 224 --batch "${batch:-16}" --epochs "${epochs:-$paper_epochs}")
  else
    options=(--preset tiny --crop 64 --batch "${batch:-64}" --epochs "${epochs:-12}")
  fi
  options+=(--data "$train_pack" --val "$val_pack" --set validate_every=4)
  if [ "$size" = reduced ]; then options+=(learning_rate=1e-3 warmup_steps=60); fi
}

experiment() {
  local set=$1 train_pack=${2%%,*} val_pack=${2##*,} options
  [ "$train_pack" != "$val_pack" ] || usage
  options_for "$set" "$train_pack" "$val_pack"
  say "$set: with the semantic branch ($size size)"
  train "$set-$size-with-semantics" "${options[@]}"
  say "$set: without it"
  train "$set-$size-without-semantics" "${options[@]}" semantics=false
  say "$set: the paper's Table 1"
  build/release/huegrad evaluate --ablation --protocol bmvc18 --data "$val_pack" "${device[@]}" \
    --model "$out/$set-$size-with-semantics/best.safetensors" \
    --model-without-semantics "$out/$set-$size-without-semantics/best.safetensors" \
    --report "$out/$set-$size-table1.json"
}

install_dependencies
build_release huegrad
mkdir -p "$out"
for set in "${!packs[@]}"; do experiment "$set" "${packs[$set]}"; done
