"""The table that compare.py prints, and the file that keeps its figures."""
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess

IDLE_LOAD = 0.3  # a processor; a clean result starts below
OTHERS_SHARE = 0.05  # of the processors; a clean result is disturbed less


def time_text(seconds, units):
    return f"{1e3 * seconds:.1f} ms" if units == 1 else f"{1e9 * seconds / units:.4f} ns/tap"


def met_text(met):
    return {True: "yes", False: "NO", None: ""}[met]


ROW = "{:<19} {:<22} {:>15} {:>15} {:>7} {:>15} {:>7} {:>4}  {:>13}  {:>13}  {:>7}"
HEAD = ROW.format("work", "peer", "ours", "peer's", "ratio", "least..most", "target", "met", "peak MiB", "loading s", "differ")


def print_row(result):
    names = result["ours_name"], result["peer_name"]
    if "missing" in result:
        print("{:<19} {:<22} left out: {}".format(*names, result["missing"]), flush=True)
        return
    if "disagrees" in result:
        print("{:<19} {:<22} DISAGREES with ours by {:.2g}, allowed is {:.2g}: not timed".format(
            *names, result["disagrees"], result["tolerance"]), flush=True)
        return
    target = result.get("at_least")
    ratios = result["ratios"]
    print(ROW.format(
        *names, *map(time_text, result["seconds"], result["units"]), f"{result['ratio']:.2f}x",
        f"{min(ratios):.2f}..{max(ratios):.2f}", f"{target}x" if target else "",
        met_text(result["ratio"] >= target if target else None), "{:.0f} / {:.0f}".format(*result["mebibytes"]),
        "{:.1f} / {:.1f}".format(*result["loaded_seconds"]), f"{result['difference']:.0e}"), flush=True)


def check_limits(limits, results):
    """What ours must not exceed, whatever the peers do."""
    rows = []
    for limit in limits:
        same = [r for r in results if r["work"] == limit["work"] and r.get("ours") == limit.get("ours") and "ratio" in r]
        if not same:
            continue
        name, unit = same[0]["ours_name"], "mebibytes" if "mebibytes" in limit else "seconds"
        value = max(r["mebibytes"][0] for r in same) if unit == "mebibytes" else statistics.median(r["seconds"][0] for r in same)
        rows.append({"name": name, "unit": unit, "value": value, "at_most": limit[unit], "met": value <= limit[unit]})
    return rows


def print_end(limits, reasons):
    if limits:
        print("\nOurs alone")
    for row in limits:
        print("{name:<19} {value:>9.2f} {unit}, at most {at_most}".format(**row), "" if row["met"] else " NOT MET")
    print("\nNOT CLEAN: " + "; ".join(reasons) if reasons else "\nClean: nothing else took time")


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def widest_vectors():
    """What this processor computes with at best; its name alone often does not tell."""
    flags = pathlib.Path("/proc/cpuinfo").read_text().split()
    known = (("amx", "amx_int8"), ("avx512", "avx512f"), ("avx2", "avx2"))
    return next((name for name, flag in known if flag in flags), platform.machine())


def machine_name(threads, vectors):
    text = f"{processor()} {threads} threads {vectors}".lower()
    return "-".join("".join(c if c.isalnum() else " " for c in text).split())


def git(*arguments):
    done = subprocess.run(["git", *arguments], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else "unknown"


def context(settings, load):
    return {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "cpu": processor(),
            "processors": os.cpu_count(), "threads": settings.threads, "preset": settings.preset,
            "avx2_only": settings.avx2,
            "commit": git("rev-parse", "HEAD"), "uncommitted_changes": bool(git("status", "--porcelain", "--", ".")),
            "python": platform.python_version(), "rounds": settings.rounds, "turn_seconds": settings.turn,
            "load_average_before": load, "load_average_after": os.getloadavg()}


def disturbances(load, results):
    """Why the figures are not clean; empty if they are."""
    reasons = []
    if load[0] > IDLE_LOAD * os.cpu_count():
        reasons.append(f"load average {load[0]:.2f} at the start")
    shares = [r["others_share"] for r in results if "others_share" in r]
    disturbed = sum(share > OTHERS_SHARE for share in shares)
    if disturbed:
        reasons.append(f"others took up to {max(shares):.0%} of the processors, in {disturbed} of {len(shares)} comparisons")
    return reasons


def write_result(settings, result):
    vectors = "avx2" if settings.avx2 else widest_vectors()
    name = f"{machine_name(settings.threads, vectors)}-peers-{datetime.date.today()}.json"
    clean = not result["disturbances"] and not settings.quick and settings.filter == ""
    path = pathlib.Path(settings.output or (pathlib.Path("benchmarks/results") if clean else settings.folder) / name)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(result, indent=1) + "\n")
    os.replace(temporary, path)
    print(f"\nKept as {path}")
