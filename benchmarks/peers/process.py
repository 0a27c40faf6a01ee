"""A worker seen from outside: huegrad-peer and worker.py obey the same words."""
import json
import os
import pathlib
import subprocess
import sys

import numpy
from safetensors import safe_open

HERE = pathlib.Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")
# What keeps huegrad-peer and PyTorch (its own kernels, oneDNN, MKL) from vectors wider than AVX2's.
AVX2_ONLY = {"HUEGRAD_PEER_AVX2": "1", "ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2",
             "DNNL_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"}


class Worker:
    """Starts a process, which loads; `missing` says why it could not. scratch: a folder for its files."""

    def __init__(self, huegrad, peer, mode, folder, work, threads, scratch, avx2_only=False):
        program = [huegrad] if peer == "huegrad" else [sys.executable, str(HERE / "worker.py"), peer]
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), **(AVX2_ONLY if avx2_only else {}))
        scratch.mkdir(exist_ok=True)
        self.log, self.outputs = scratch / "log", scratch / "outputs.safetensors"
        with open(self.log, "w") as log:
            self.process = subprocess.Popen([*program, str(folder), work, str(threads), mode], text=True, stderr=log,
                                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.ready = self.answer()
        self.missing = self.ready.get("missing")
        self.units = self.ready.get("units", 1)

    def answer(self):
        line = self.process.stdout.readline()
        if line:
            return json.loads(line)
        tail = self.log.read_text().strip().splitlines()
        return {"missing": tail[-1] if tail else f"ended with status {self.process.wait()}"}

    def ask(self, words):
        try:
            self.process.stdin.write(words + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it has ended: its log says why
        answer = self.answer()
        if "missing" in answer:
            raise RuntimeError(answer["missing"])
        return answer

    def run(self, count):
        """Seconds of each run."""
        return self.ask(f"run {count}")["seconds"]

    def check(self):
        """Outputs by name."""
        self.ask(f"check {self.outputs}")
        with safe_open(self.outputs, "numpy") as file:
            return {name: file.get_tensor(name).astype(numpy.float64) for name in file.keys()}

    def peak_mebibytes(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
        return None

    def processor_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.stdout.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def busy_seconds():
    """What all processors together have worked since the machine started, time taken by other machines included."""
    user, nice, system, _, _, irq, softirq, steal = map(int, pathlib.Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS
