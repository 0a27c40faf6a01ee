"""What benchmarks/gpu_table.py makes of figures, also of a file that was cut off: gpu_table_test.py SOURCE"""
import json
import os
import subprocess
import sys
import tempfile

SOURCE = sys.argv[1]


def entry(name, microseconds, **counters):
    return dict({"name": name + "/manual_time", "run_type": "iteration", "real_time": microseconds, "time_unit": "us"},
                **counters)


RELU = ["| `relu_forward<Cuda,float>/x` | 0.0500 | 2500 |  | 0.85 |"]


def result_of(benchmarks_text, pytorch, lines=RELU):
    with tempfile.TemporaryDirectory() as folder:
        parts = os.path.join(folder, "parts")
        os.mkdir(parts)
        for name, text in (("all.bench.json", benchmarks_text), ("pytorch.json", json.dumps(pytorch)),
                           ("machine.json", '{"device": "a card"}'), ("ceilings.json", '{"cpu": {"copy'),
                           ("inference.profile.json", ""),
                           ("steps.jsonl", '{"step": "one", "result": "passed", "seconds": 3}\n{"step": "tw')):
            with open(os.path.join(parts, name), "w") as file:
                file.write(text)
        subprocess.run([sys.executable, os.path.join(SOURCE, "benchmarks/gpu_table.py"), "--parts", parts, "--targets",
                        os.path.join(SOURCE, "benchmarks/targets.json"), "--output", os.path.join(folder, "result")],
                       check=True)
        with open(os.path.join(folder, "result.md")) as file:
            page = file.read()
            assert all(line in page for line in lines), page
        with open(os.path.join(folder, "result.json")) as file:
            return json.load(file)


ENTRIES = [entry("inference<Cuda,bf16>/voc/batch:8", 2000, roofline=0.4),
           entry("conv2d_forward<Cuda,bf16,cudnn>/c", 100, roofline=0.4),
           entry("conv2d_forward<Cuda,bf16,handwritten>/c", 200, roofline=0.2),
           entry("relu_forward<Cuda,float>/x", 50, **{"bytes/s": 2.5e12, "roofline": 0.85}),
           entry("training<Cuda,bf16>/voc/batch:64", 100000, **{"pictures/s": 640.0, "roofline": 0.45}),
           entry("training<Cuda,bf16>/voc/batch:32", 20000, **{"pictures/s": 1600.0, "roofline": 0.45})]
PYTORCH = {"torch": "2", "figures": [{"work": "inference<Cuda,bf16>/voc/batch:8", "mode": "eager", "ms": 5.0},
                                     {"work": "inference<Cuda,bf16>/voc/batch:8", "mode": "max-autotune", "ms": 3.0},
                                     {"work": "training<Cuda,bf16>/voc/batch:64", "mode": "eager", "error": "no"}]}
WHOLE = json.dumps({"context": {"host_name": "secret", "cpu": "a processor"}, "benchmarks": ENTRIES}, indent=2)

whole = result_of(WHOLE, PYTORCH)
assert whole["device"] == "a card" and whole["context"] == {"cpu": "a processor"}
assert whole["ceilings"] is None and whole["profiles"] == {"inference": None}  # stopped before they were whole
assert [step["step"] for step in whole["steps"]] == ["one"]
assert [(c["pytorch_mode"], c["speedup"]) for c in whole["comparison"]] == [("max-autotune", 1.5)]
verdicts = {v["what"]: v for v in whole["targets"]}
reached = [v.get("reached") for v in whole["targets"]]
# PyTorch: inference yes, training not measured; half of the ceiling: no; memory: yes; by hand: no; then a picture and an
# upsampling that were not measured, and an epoch of which the faster batch counts.
assert reached == [True, None, False, True, False, None, None, True], reached
assert verdicts["an epoch of 10,582 images at 224, seconds"]["where"] == "training<Cuda,bf16>/voc/batch:32"

# Stopped in the middle of its last entry: everything before it counts.
cut = result_of(WHOLE[:WHOLE.index("training<Cuda,bf16>/voc/batch:32") + 10], PYTORCH)
assert [row["name"] for row in cut["kernels"]] == [row["name"] for row in whole["kernels"]][:-1]

# Stopped before its first entry.
for text in ("", WHOLE[:20], WHOLE[:WHOLE.index("benchmarks") + 15]):
    assert result_of(text, PYTORCH, [])["kernels"] == []
print("figures are merged, judged and kept")
