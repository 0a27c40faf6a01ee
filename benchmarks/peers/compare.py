#!/usr/bin/env python3
"""Compares huegrad with its peers on this machine: see run.sh. What is compared and what should come out is in
comparisons.json. In each comparison two processes take turns, ours and theirs, and each pair of turns gives one ratio."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import numpy

import report
from process import HERE, Worker, busy_seconds

WARM_UP_RUNS, WARM_UP_SECONDS = 3, 20  # as many, or as long, but at least 2: compilers specialise at the second
PAUSE = 0.2  # seconds between turns: threads of the other side stop looking for work


def difference_of(rule, theirs, ours):
    """The largest of all outputs, each relative to its largest value. Borders that a rule names are left out; of losses,
    those that both have are compared."""
    def of(name):
        a, b = theirs[name], ours[name]
        if name == "losses":
            count = min(len(a), len(b))
            a, b = a[:count], b[:count]
        if a.shape != b.shape:
            raise RuntimeError(f"{name} is {a.shape}, ours is {b.shape}")
        margin = rule.get("margin", 0)
        inside = slice(margin, -margin or None)
        relative = numpy.abs(a - b)[inside] / max(numpy.abs(b).max(), 1e-30)
        if margin:
            relative = relative[:, inside]
        return float(relative.max() if rule["measure"] == "largest" else relative.mean())
    return max(of(name) for name in ours)


def warm_up(worker):
    """Returns the seconds of a run that is warm, and of the first."""
    seconds = []
    while len(seconds) < 2 or (len(seconds) < WARM_UP_RUNS and sum(seconds) < WARM_UP_SECONDS):
        seconds += worker.run(1)
    return seconds[-1], seconds[0]


def take_turns(ours, theirs, runs, rounds):
    """Pairs of seconds of a run: each the median of a turn."""
    pairs = []
    for _ in range(rounds):
        pair = []
        for worker, count in zip((ours, theirs), runs):
            time.sleep(PAUSE)
            pair.append(statistics.median(worker.run(count)))
        pairs.append(pair)
    return pairs


class Comparison:
    """One line of comparisons.json, and what came of it."""

    def __init__(self, line, settings):
        self.line, self.settings = line, settings
        self.work = line["work"]
        self.threads = line.get("threads", settings.threads)
        self.peer_threads = line.get("peer_threads", self.threads)

    def peer_name(self):
        name = " ".join([self.line["peer"], self.line.get("mode", "")]).strip()
        return name if self.peer_threads == self.threads else f"{name}, {self.peer_threads} thread"

    def our_name(self):
        return " ".join([self.work, self.line.get("ours", "")]).strip()

    def worker(self, peer, mode, threads, side):
        return Worker(self.settings.huegrad, peer, mode, self.settings.folder, self.work, threads, self.settings.scratch / side,
                      self.settings.avx2)

    def measure(self):
        result = {**self.line, "ours_name": self.our_name(), "peer_name": self.peer_name(), "threads": self.threads}
        with self.worker("huegrad", self.line.get("ours", ""), self.threads, "ours") as ours:
            if ours.missing:
                sys.exit(f"huegrad: error: huegrad-peer: {ours.missing}")
            with self.worker(self.line["peer"], self.line.get("mode", ""), self.peer_threads, "theirs") as theirs:
                if theirs.missing:
                    return {**result, "missing": theirs.missing}
                try:
                    return {**result, **self.measure_both(ours, theirs)}
                except RuntimeError as problem:
                    return {**result, "missing": str(problem)}

    def measure_both(self, ours, theirs):
        warm, first = zip(*(warm_up(worker) for worker in (ours, theirs)))
        mebibytes = [worker.peak_mebibytes() for worker in (ours, theirs)]
        rule = next(r for r in self.settings.agreement if self.work.startswith(r["work"]))
        difference = difference_of(rule, theirs.check(), ours.check())
        if not difference <= rule["at_most"]:
            return {"disagrees": difference, "tolerance": rule["at_most"]}
        runs = [max(1, min(100, round(self.settings.turn / seconds))) for seconds in warm]
        busy, own = busy_seconds(), ours.processor_seconds() + theirs.processor_seconds()
        start = time.perf_counter()
        pairs = take_turns(ours, theirs, runs, self.settings.rounds)
        elapsed = time.perf_counter() - start
        own = ours.processor_seconds() + theirs.processor_seconds() - own
        others = max(0, busy_seconds() - busy - own) / (elapsed * os.cpu_count())
        units = [ours.units, theirs.units]
        ratios = [(b / units[1]) / (a / units[0]) for a, b in pairs]
        return {"difference": difference, "tolerance": rule["at_most"], "runs_a_turn": runs, "pairs_seconds": pairs,
                "units": units, "ratio": statistics.median(ratios), "ratios": ratios,
                "seconds": [statistics.median(side) for side in zip(*pairs)], "mebibytes": mebibytes,
                "loaded_seconds": [ours.ready["loaded"], theirs.ready["loaded"]], "first_seconds": first,
                "others_share": others, "version": theirs.ready.get("version", "")}


def prepare(settings):
    """Models for everybody; whoever's cannot be written is left out later, by name."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    for old in settings.folder.glob("model*"):
        old.unlink()
    subprocess.run([settings.huegrad, "--prepare", settings.folder, settings.preset], check=True)
    for script in ("onnx_model.py", "ncnn_model.py"):
        subprocess.run([sys.executable, HERE / script, settings.folder], check=False)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--huegrad", default="build/release/huegrad-peer")
    parser.add_argument("--folder", type=pathlib.Path, default="build/peers", help="for models and inputs")
    parser.add_argument("--preset", default="", help="network (default voc; quick: tiny)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=0, help="pairs of turns (default 7; quick: 2)")
    parser.add_argument("--turn", type=float, default=0, help="seconds of a turn, at least one run (default 1; quick: 0.1)")
    parser.add_argument("--filter", default="", help="only comparisons with this in their work's or peer's name")
    parser.add_argument("--quick", action="store_true", help="a smoke test: a small network, few turns")
    parser.add_argument("--avx2", action="store_true",
                        help="nobody uses wider vectors; only peers that can be kept from them: PyTorch")
    parser.add_argument("--output", help="where to keep the figures")
    settings = parser.parse_args()
    settings.preset = settings.preset or ("tiny" if settings.quick else "voc")
    settings.rounds = settings.rounds or (2 if settings.quick else 7)
    settings.turn = settings.turn or (0.1 if settings.quick else 1)
    return settings


def main():
    settings = parse()
    rules = json.loads((HERE / "comparisons.json").read_text())
    settings.agreement = rules["agreement"]
    load = os.getloadavg()
    print(f"{report.processor()}, {settings.threads} threads, preset {settings.preset}, load average {load[0]:.2f}\n")
    prepare(settings)
    print(report.HEAD)
    results = []
    with tempfile.TemporaryDirectory() as scratch:
        settings.scratch = pathlib.Path(scratch)
        for line in rules["comparisons"]:
            comparison = Comparison(line, settings)
            wanted = not settings.avx2 or line["peer"] in ("pytorch", "huegrad")
            if wanted and settings.filter in comparison.our_name() + " " + comparison.peer_name():
                results.append(comparison.measure())
                report.print_row(results[-1])
    limits = report.check_limits(rules["limits"], results)
    reasons = report.disturbances(load, results)
    report.print_end(limits, reasons)
    report.write_result(settings, {"context": report.context(settings, load), "disturbances": reasons,
                                   "comparisons": results, "limits": limits})
    if any("disagrees" in r for r in results):
        sys.exit("huegrad: error: outputs disagree")


if __name__ == "__main__":
    main()
