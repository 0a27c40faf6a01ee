#!/usr/bin/env python3
"""Merges what benchmarks/gpu_check.sh measured into one JSON file and prints it as a table.

Every figure comes from one of the files given; a file that is missing leaves its section empty. Only the standard
library is used.
"""
import argparse
import json
import os
import sys
import tempfile


def read(path):
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return json.load(file)


def milliseconds(entry):
    return entry["real_time"] * {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3}[entry["time_unit"]]


def ceilings(benchmarks):
    """The largest copy rate and matrix product rate that this run reached."""
    copy = max((b.get("bytes_per_second", 0) for b in benchmarks if "copy" in b["name"]), default=0)
    flops = max((b.get("FLOP/s", 0) for b in benchmarks), default=0)
    return copy, flops


def kernel_rows(benchmarks):
    copy, flops = ceilings(benchmarks)
    rows = []
    for b in benchmarks:
        if b.get("run_type", "iteration") != "iteration" or b.get("error_occurred"):
            continue
        shares = []
        if copy and b.get("bytes_per_second"):
            shares.append(b["bytes_per_second"] / copy)
        if flops and b.get("FLOP/s"):
            shares.append(b["FLOP/s"] / flops)
        rows.append({"name": b["name"], "ms": milliseconds(b), "bytes_per_second": b.get("bytes_per_second"),
                     "flops_per_second": b.get("FLOP/s"), "share": max(shares, default=None)})
    return rows


def compare(rows, pytorch):
    """Ours beside PyTorch's best of the same work: names of network benchmarks are the peer's keys."""
    best = {}
    for figure in (pytorch or {}).get("figures", []):
        if "ms" in figure:
            key = figure["work"]
            if key not in best or figure["ms"] < best[key]["ms"]:
                best[key] = figure
    table = []
    for row in rows:
        peer = best.get(row["name"].split("/real_time")[0].split("/manual_time")[0])
        if peer:
            table.append({"work": row["name"], "ms": row["ms"], "pytorch_ms": peer["ms"], "pytorch_mode": peer["mode"],
                          "ratio": peer["ms"] / row["ms"]})
    return table


def write_whole(path, value):
    folder = os.path.dirname(os.path.abspath(path))
    os.makedirs(folder, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=folder, delete=False) as file:
        json.dump(value, file, indent=1)
        file.write("\n")
    os.replace(file.name, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("huegrad", "pytorch", "training", "device", "commit", "output"):
        parser.add_argument("--" + name, required=True)
    arguments = parser.parse_args()
    measured = read(arguments.huegrad)
    if measured is None or not measured.get("benchmarks"):
        sys.exit("huegrad: error: no benchmark was measured (%s)" % arguments.huegrad)
    pytorch = read(arguments.pytorch)
    rows = kernel_rows(measured["benchmarks"])
    steps = []
    if os.path.exists(arguments.training):
        with open(arguments.training) as file:
            steps = [json.loads(line) for line in file if line.strip()]
    result = {"device": arguments.device, "commit": arguments.commit,
              "context": {k: v for k, v in measured["context"].items() if k != "host_name"},
              "kernels": rows, "pytorch": pytorch, "comparison": compare(rows, pytorch), "training": steps}
    write_whole(arguments.output, result)
    print("%-64s %10s %10s %10s %7s" % ("what", "ms", "GB/s", "TFLOP/s", "share"))
    for row in rows:
        print("%-64s %10.4f %10s %10s %7s" % (
            row["name"][:64], row["ms"],
            "%.1f" % (row["bytes_per_second"] / 1e9) if row["bytes_per_second"] else "",
            "%.2f" % (row["flops_per_second"] / 1e12) if row["flops_per_second"] else "",
            "%.0f %%" % (100 * row["share"]) if row["share"] else ""))
    for line in result["comparison"]:
        print("%-40s ours %9.3f ms, PyTorch %9.3f ms (%s): %.2fx" % (
            line["work"], line["ms"], line["pytorch_ms"], line["pytorch_mode"], line["ratio"]))


if __name__ == "__main__":
    main()
