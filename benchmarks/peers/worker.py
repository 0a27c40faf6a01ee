#!/usr/bin/env python3
"""One peer at work, in the words of huegrad-peer (main.cpp):

  worker.py PEER FOLDER WORK THREADS [MODE]   loads, answers {"loaded": SECONDS, ...}, then obeys standard input:
    run N         does the work N times: {"seconds": [...]}
    check FILE    writes outputs as safetensors: {}

A peer is a module with_PEER: load(case, work, mode, threads) returns a function that does the work once and returns its
outputs by name, or a function that makes them; its attribute `units` says how much work that is, if not 1. What cannot be
loaded is answered with {"missing": REASON}.
"""
import importlib
import json
import os
import sys
import time

import numpy

from case import Case


def answer(**values):
    print(json.dumps(values), file=ANSWERS, flush=True)


def save(path, outputs):
    from safetensors.numpy import save_file
    save_file({name: numpy.ascontiguousarray(numpy.asarray(value)) for name, value in outputs.items()}, path)


def main():
    peer, folder, work, threads = sys.argv[1:5]
    mode = sys.argv[5] if len(sys.argv) > 5 else ""
    start = time.perf_counter()
    try:
        module = importlib.import_module("with_" + peer)
        run = module.load(Case(folder), work, mode, int(threads))
    except Exception as error:  # any: whatever keeps a peer from working is named, and the others go on
        answer(missing=f"{type(error).__name__}: {error}".splitlines()[0])
        return
    answer(loaded=time.perf_counter() - start, units=getattr(run, "units", 1), version=module.VERSION)
    outputs = None
    for line in sys.stdin:
        command, argument = line.split()
        if command == "check":
            save(argument, outputs() if callable(outputs) else outputs)
            answer()
            continue
        seconds = []
        for _ in range(int(argument)):
            outputs = None
            start = time.perf_counter()
            outputs = run()
            seconds.append(time.perf_counter() - start)
        answer(seconds=seconds)


if __name__ == "__main__":
    ANSWERS = os.fdopen(os.dup(1), "w")  # libraries print what they like: to standard error
    os.dup2(2, 1)
    main()
