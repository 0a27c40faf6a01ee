#!/usr/bin/env python3
"""Makes one JSON file and one Markdown page of what benchmarks/gpu_check.sh has measured so far.

  gpu_table.py --parts FOLDER --targets benchmarks/targets.json --output PREFIX      writes PREFIX.json, PREFIX.md

Every figure comes from a file of FOLDER; one that is not there, or was cut off, leaves its rows out. Only the
standard library is used.
"""
import argparse
import glob
import json
import os
import re
import sys
import tempfile

MILLISECONDS = {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3}


def read(path):
    """A JSON file; None if it is missing, or its program was stopped before it was whole."""
    if not os.path.exists(path):
        return None
    with open(path) as file:
        try:
            return json.load(file)
        except ValueError:
            return None


def read_lines(path):
    """A file of one JSON object a line; a last line that was cut off is left out."""
    values = []
    if os.path.exists(path):
        with open(path) as file:
            for line in file:
                try:
                    values.append(json.loads(line))
                except ValueError:
                    break
    return values


def read_benchmarks(path):
    """Google Benchmark's file: (context, entries), as far as it was written before its program was stopped."""
    with open(path) as file:
        text = file.read()
    whole_entries = text[:text.rfind("\n    }") + len("\n    }")]
    for candidate in (text, text.rstrip().rstrip(",") + "]}", whole_entries + "]}"):
        try:
            whole = json.loads(candidate)
            return whole.get("context", {}), whole.get("benchmarks", [])
        except ValueError:
            pass
    return {}, []


def kernel_rows(entries):
    rows = []
    for entry in entries:
        name = re.sub(r"/(real|manual)_time$", "", entry["name"])
        if entry.get("error_occurred"):
            rows.append({"name": name, "error": entry.get("error_message", "")})
        elif entry.get("run_type", "iteration") == "iteration":
            rows.append({"name": name, "ms": entry["real_time"] * MILLISECONDS[entry["time_unit"]],
                         "bytes_per_second": entry.get("bytes/s"), "flops_per_second": entry.get("FLOP/s"),
                         "pictures_per_second": entry.get("pictures/s"), "roofline": entry.get("roofline")})
    return rows


def best_of_pytorch(pytorch):
    """The fastest mode for each work."""
    best = {}
    for figure in (pytorch or {}).get("figures", []):
        if "ms" in figure and figure["ms"] < best.get(figure["work"], {"ms": float("inf")})["ms"]:
            best[figure["work"]] = figure
    return best


def comparison(rows, pytorch):
    best = best_of_pytorch(pytorch)
    return [{"work": row["name"], "ms": row["ms"], "pytorch_ms": best[row["name"]]["ms"],
             "pytorch_mode": best[row["name"]]["mode"], "speedup": best[row["name"]]["ms"] / row["ms"],
             "roofline": row["roofline"]} for row in rows if "ms" in row and row["name"] in best]


def measure_target(target, row, by_name, compared):
    """The value of a target for one row, or None if what it is compared with was not measured."""
    kind = target["measure"]
    if kind == "milliseconds":
        return row["ms"]
    if kind == "roofline":
        return row["roofline"]
    if kind == "seconds_for_pictures":
        return target["pictures"] / row["pictures_per_second"]
    if kind == "speedup_over_pytorch":
        return compared.get(row["name"])
    if kind == "rate_beside_cudnn":
        other = by_name.get(row["name"].replace("handwritten", "cudnn"))
        return other["ms"] / row["ms"] if other else None
    sys.exit("huegrad: error: a target measures %r" % kind)


def judge(targets, rows, compared_rows):
    """One verdict for each target: the value that decides, where, and how many rows meet it."""
    by_name = {row["name"]: row for row in rows if "ms" in row}
    compared = {row["work"]: row["speedup"] for row in compared_rows}
    verdicts = []
    for target in targets:
        larger_is_better = "at_least" in target
        limit = target["at_least"] if larger_is_better else target["at_most"]
        found = []
        for name, row in by_name.items():
            bytes_moved = (row["bytes_per_second"] or 0) * row["ms"] / 1e3
            is_meant = re.search(target["of"], name) and "/tiny" not in name
            if is_meant and bytes_moved >= target.get("least_bytes", 0):
                value = measure_target(target, row, by_name, compared)
                if value is not None:
                    found.append((value, name))
        verdict = {"what": target["what"], "limit": limit, "larger_is_better": larger_is_better, "measured": len(found)}
        if found:
            met = [value for value, _ in found if (value >= limit if larger_is_better else value <= limit)]
            worst_first = sorted(found, reverse=not larger_is_better)
            decides = worst_first[-1] if target.get("best_counts") else worst_first[0]
            verdict.update(met=len(met), value=decides[0], where=decides[1],
                           reached=decides[0] >= limit if larger_is_better else decides[0] <= limit)
        verdicts.append(verdict)
    return verdicts


def cell(value, pattern):
    return pattern % value if value is not None else ""


def code(name):
    """As Markdown keeps it: names have angle brackets."""
    return "`%s`" % name if name else ""


def table(heads, rows):
    if not rows:
        return "Nothing was measured.\n"
    lines = [heads, ["---"] * len(heads)] + rows
    return "".join("| %s |\n" % " | ".join(str(c) for c in line) for line in lines)


def to_markdown(result):
    machine = result["machine"]
    parts = ["# %s\n" % result["device"]]
    if result["emulated"]:
        parts.append("**A dry run on the emulation: it proves the script; its figures mean nothing.**\n")
    parts.append(table(["", ""], [[k, v] for k, v in sorted(machine.items())]))
    parts.append("## Steps\n\n" + table(["step", "result", "seconds"],
                                        [[s["step"], s["result"], s["seconds"]] for s in result["steps"]]))
    parts.append("## Targets\n\n" + table(
        ["target", "wanted", "measured", "where it is worst", "rows that meet it", "met"],
        [[v["what"], ("at least %g" if v["larger_is_better"] else "at most %g") % v["limit"],
          cell(v.get("value"), "%.3g"), code(v.get("where")), "%d of %d" % (v.get("met", 0), v["measured"]),
          {True: "yes", False: "**no**"}.get(v.get("reached"), "not measured")] for v in result["targets"]]))
    parts.append("## Beside PyTorch %s\n\n" % ((result["pytorch"] or {}).get("torch", "")) + table(
        ["work", "ours, ms", "PyTorch's best, ms", "its mode", "ours is faster by", "share of the ceiling"],
        [[code(c["work"]), "%.3f" % c["ms"], "%.3f" % c["pytorch_ms"], c["pytorch_mode"], "%.2fx" % c["speedup"],
          cell(c["roofline"], "%.2f")] for c in result["comparison"]]))
    parts.append("## Kernels and networks\n\n" + table(
        ["what", "ms", "GB/s", "TFLOP/s", "share of the ceiling"],
        [[code(r["name"]), "%.4f" % r["ms"], cell(r["bytes_per_second"] and r["bytes_per_second"] / 1e9, "%.0f"),
          cell(r["flops_per_second"] and r["flops_per_second"] / 1e12, "%.2f"), cell(r["roofline"], "%.2f")]
         if "ms" in r else [code(r["name"]), r["error"], "", "", ""] for r in result["kernels"]]))
    return "\n".join(parts)


def write_whole(path, text):
    with tempfile.NamedTemporaryFile("w", dir=os.path.dirname(os.path.abspath(path)), delete=False) as file:
        file.write(text)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("parts", "targets", "output"):
        parser.add_argument("--" + name, required=True)
    arguments = parser.parse_args()
    part = lambda name: os.path.join(arguments.parts, name)
    contexts, entries = {}, []
    for path in sorted(glob.glob(part("*.bench.json"))):
        context, some = read_benchmarks(path)
        contexts.update(context)
        entries += some
    rows, pytorch = kernel_rows(entries), read(part("pytorch.json"))
    machine = read(part("machine.json")) or {}
    compared = comparison(rows, pytorch)
    result = {"device": machine.get("device", "unknown"), "emulated": machine.get("device") == "emulation",
              "machine": machine, "steps": read_lines(part("steps.jsonl")),
              "context": {k: v for k, v in contexts.items() if k not in ("host_name", "executable")},
              "ceilings": read(part("ceilings.json")), "engines": read(part("engines.json")),
              "tiles": read(part("tiles.json")), "kernels": rows, "pytorch": pytorch, "comparison": compared,
              "targets": judge(read(arguments.targets), rows, compared),
              "profiles": {os.path.basename(p)[:-13]: read(p) for p in sorted(glob.glob(part("*.profile.json")))},
              "training": read_lines(part("training.jsonl"))}
    write_whole(arguments.output + ".json", json.dumps(result, indent=1) + "\n")
    write_whole(arguments.output + ".md", to_markdown(result))


if __name__ == "__main__":
    main()
