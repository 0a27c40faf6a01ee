#!/usr/bin/env python3
"""The network of preset `voc` in PyTorch, measured as huegrad-bench measures ours: inference and whole training steps
(clipping, AdamW, moving average) in every precision, channels last, run eagerly and compiled; max-autotune includes
CUDA graphs. "work" is what huegrad-bench calls the same. Each figure is in the JSON file as soon as it is measured; benchmarks/gpu_table.py reads it.

  python3 benchmarks/peers/pytorch_gpu.py --output pytorch.json --minutes 10
  python3 benchmarks/peers/pytorch_gpu.py --output pytorch.json --device cpu --tiny    only to see that it runs
"""
import argparse
import json
import os
import select
import statistics
import subprocess
import sys
import tempfile
import time

import torch
from torch import nn
from torch.nn import functional

TARGETS = 5  # colour bins that a pixel's target is spread over (net/train_config.h)
IGNORED = 255
LONGEST_GRADIENT, AVERAGE_RATE = 5.0, 1e-3


def block(inputs, outputs, convolutions, stride, dilation):
    """Convolutions with ReLU, the last one strided, then batch norm without affine part (net/layer_spec.cpp)."""
    layers = []
    for i in range(convolutions):
        step = stride if i == convolutions - 1 else 1
        layers += [nn.Conv2d(inputs if i == 0 else outputs, outputs, 3, step, dilation, dilation), nn.ReLU()]
    return nn.Sequential(*layers, nn.BatchNorm2d(outputs, affine=False))


class Network(nn.Module):
    def __init__(self, config):
        super().__init__()
        c = config["channels"]
        plan = [(2, 2, 1), (2, 2, 1), (3, 2, 1), (3, 1, 1), (3, 1, 2), (3, 1, 2), (3, 1, 1)]
        inputs = [1] + c[:6]
        self.trunk = nn.ModuleList(block(inputs[i], c[i], *plan[i]) for i in range(7))
        self.conv8_1 = nn.ConvTranspose2d(c[6], c[7], 4, 2, 1)
        self.color = nn.Sequential(nn.Conv2d(c[7], c[7], 3, 1, 1), nn.ReLU(), nn.Conv2d(c[7], c[7], 3, 1, 1), nn.ReLU(),
                                   nn.Conv2d(c[7], 313, 1))
        up, head = config["deconv_channels"], config["head_channels"]
        self.deconv5 = nn.ConvTranspose2d(c[4], up, 4, 2, 1)
        self.deconv6 = nn.ConvTranspose2d(c[5], up, 4, 2, 1)
        self.semantic = nn.Sequential(nn.Conv2d(2 * up + c[7], head, 3, 1, 1), nn.ReLU(),
                                      nn.Conv2d(head, config["classes"], 1))

    def forward(self, x):
        conv5 = conv6 = None
        for i, layers in enumerate(self.trunk):
            x = layers(x)
            if i == 4:
                conv5 = x
            if i == 5:
                conv6 = x
        conv7_up = torch.relu(self.conv8_1(x))
        joined = torch.cat([torch.relu(self.deconv5(conv5)), torch.relu(self.deconv6(conv6)), conv7_up], 1)
        return self.color(conv7_up), self.semantic(joined)


class NetworkWithLoss(nn.Module):
    """What is compiled for training: the losses belong to the graph."""

    def __init__(self, config):
        super().__init__()
        self.network = Network(config)

    def forward(self, x, index, weight, rarity, labels):
        """Eq. (1) with a few soft targets a pixel and rebalancing, Eq. (2) with an index to ignore."""
        color, semantic = self.network(x)
        log_p = functional.log_softmax(color.float(), 1)
        soft = -(log_p.gather(1, index) * weight).sum(1)
        return (soft * rarity).mean() + functional.cross_entropy(semantic.float(), labels, ignore_index=IGNORED)


def make_batch(size, side, classes, device):
    """In host memory, pinned where there is a device: as a loader would deliver it."""
    grid = side // 4
    batch = [torch.randn(size, 1, side, side).to(memory_format=torch.channels_last),
             torch.randint(0, 313, (size, TARGETS, grid, grid)), torch.full((size, TARGETS, grid, grid), 1 / TARGETS),
             torch.ones(size, grid, grid), torch.randint(0, classes, (size, grid, grid))]
    return [tensor.pin_memory() for tensor in batch] if device == "cuda" else batch


def synchronize(device):
    if device == "cuda":
        torch.cuda.synchronize()


def warm_up(run, device):
    """What is compiled or chosen at the first calls."""
    for _ in range(3):
        run()
    synchronize(device)


def timed(run, device, repeats):
    """Median milliseconds of a call: by events on the device, as ours."""
    times = []
    for _ in range(repeats):
        if device == "cuda":
            begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
            torch.cuda.synchronize()
            begin.record()
            run()
            end.record()
            torch.cuda.synchronize()
            times.append(begin.elapsed_time(end))
        else:
            start = time.perf_counter()
            run()
            times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times)


def use_precision(precision):
    name = "ieee" if precision == "fp32" else "tf32"
    if hasattr(torch.backends, "fp32_precision"):  # since 2.9; the older switches must not be mixed with it
        torch.backends.fp32_precision = name
        torch.backends.cudnn.conv.fp32_precision = torch.backends.cuda.matmul.fp32_precision = name
    else:
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision != "fp32"
    torch.backends.cudnn.benchmark = True


def compiled(module, mode):
    """Shapes are fixed, so that a second batch size is not compiled for any size."""
    if mode == "eager":
        return module
    return torch.compile(module, mode=None if mode == "compile" else mode, dynamic=False)


def autocast(precision, device):
    return torch.autocast(device, dtype=torch.bfloat16, enabled=precision == "bf16")


def inference(config, precision, mode, device, batch):
    """A function that runs it once."""
    use_precision(precision)
    network = compiled(Network(config).to(device).to(memory_format=torch.channels_last).eval(), mode)
    x = batch[0].to(device)

    def run():
        with torch.no_grad(), autocast(precision, device):
            network(x)
    return run


def training(config, precision, mode, device, batch):
    """A function that makes one step."""
    use_precision(precision)
    module = NetworkWithLoss(config).to(device).to(memory_format=torch.channels_last).train()
    parameters = list(module.parameters())
    average = [p.detach().clone() for p in parameters]
    extra = {"fused": True} if device == "cuda" else {}
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, **extra)
    loss_of = compiled(module, mode)

    def run():
        optimizer.zero_grad(set_to_none=True)
        on_device = [tensor.to(device, non_blocking=True) for tensor in batch]
        with autocast(precision, device):
            loss = loss_of(*on_device)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, LONGEST_GRADIENT, foreach=True)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(average, parameters, AVERAGE_RATE)
    return run


def settings(tiny):
    """(preset, configuration, side, batches of inference, batches of training, repeats)"""
    config = {"channels": [64, 128, 256, 512, 512, 512, 512, 256], "deconv_channels": 256, "head_channels": 64,
              "classes": 21}
    if not tiny:
        return "voc", config, 224, [1, 8, 64], [32, 64], 20
    config.update(channels=[8] * 8, deconv_channels=4, head_channels=8)
    return "tiny", config, 16, [1], [2], 2


def plan(modes, precisions, inference_batches, training_batches):
    """Lists of (mode, precision, work, batch), what decides first: modes as they were given; within one the precisions
    that are used, largest batches first because they compile no slower."""
    return [[(mode, precision, work, size) for work, batches in (("training", training_batches), ("inference", inference_batches))
             for size in sorted(batches, reverse=True)] for mode in modes for precision in precisions]


def measure_one(which, arguments):
    """Of one figure, in a process of its own: compiles, says so, and measures when told to."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what PyTorch prints goes elsewhere
    mode, precision, work, size = which.split(":")
    _, config, side, _, _, repeats = settings(arguments.tiny)
    batch = make_batch(int(size), side, config["classes"], arguments.device)
    run = (inference if work == "inference" else training)(config, precision, mode, arguments.device, batch)
    if mode != "eager":
        warm_up(run, arguments.device)
    print("ready", file=answers, flush=True)
    sys.stdin.readline()
    warm_up(run, arguments.device)
    print(json.dumps({"ms": timed(run, arguments.device, repeats)}), file=answers, flush=True)


class Figure:
    """A process that measures one figure."""

    def __init__(self, which, arguments, preset):
        mode, precision, work, size = which
        self.result = {"work": "%s<Cuda,%s>/%s/batch:%d" % (work, precision, preset, size), "mode": mode}
        command = [sys.executable, os.path.abspath(__file__), "--one", ":".join(map(str, which)), "--device", arguments.device]
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(command + ["--tiny"] * arguments.tiny, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors, text=True)

    def line(self, deadline):
        """Its next line; empty where the process ended or the time did."""
        if select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))[0]:
            return self.process.stdout.readline().strip()
        self.process.kill()
        self.result["error"] = "the time was over"
        return ""

    def measure(self, deadline):
        if "error" not in self.result:
            try:
                self.process.stdin.write("go\n")
                self.process.stdin.flush()
            except BrokenPipeError:
                pass
            line = self.line(deadline)
            if line:
                self.result.update(json.loads(line))
        self.process.kill()
        self.process.wait()
        self.errors.seek(0)
        if "ms" not in self.result:  # a mode that a version lacks, or too little memory: noted, not hidden
            self.result.setdefault("error", (self.errors.read().strip().splitlines() or ["ended without a word"])[-1])
        return self.result


def measure_group(group, arguments, preset, deadline):
    """Prepares the figures of a group --jobs at a time, then measures these one after the other, alone on the device."""
    for first in range(0, len(group), arguments.jobs):
        figures = [Figure(which, arguments, preset) for which in group[first:first + arguments.jobs]]
        for figure in figures:
            figure.line(deadline)
        for figure in figures:
            yield figure.measure(deadline)


def write_whole(path, value):
    with open(path + ".part", "w") as file:
        json.dump(value, file, indent=1)
    os.replace(path + ".part", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--minutes", type=float, default=60, help="is over after this time")
    parser.add_argument("--modes", default="eager,max-autotune,reduce-overhead", help="torch.compile's, or eager")
    parser.add_argument("--precisions", default="bf16,tf32,fp32")
    parser.add_argument("--jobs", type=int, default=1, help="compile so many at once; what max-autotune and cuDNN try is then timed "
                        "beside other work, a figure never")
    parser.add_argument("--tiny", action="store_true", help="a narrow network and small pictures")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        return measure_one(arguments.one, arguments)
    if not arguments.output:
        parser.error("--output is needed")
    if arguments.device == "cuda" and not torch.cuda.is_available():
        sys.exit("huegrad: error: PyTorch finds no CUDA device")
    preset, _, _, inference_batches, training_batches, _ = settings(arguments.tiny)
    name = torch.cuda.get_device_name() if arguments.device == "cuda" else "cpu"
    result = {"torch": torch.__version__, "cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version(),
              "device": name, "jobs": arguments.jobs, "figures": []}
    deadline = time.monotonic() + 60 * arguments.minutes
    for group in plan(arguments.modes.split(","), arguments.precisions.split(","), inference_batches, training_batches):
        for figure in measure_group(group, arguments, preset, deadline):
            result["figures"].append(figure)
            print(json.dumps(figure), flush=True)
            write_whole(arguments.output, result)
    if not any("ms" in figure for figure in result["figures"]):
        sys.exit("huegrad: error: nothing could be measured")


if __name__ == "__main__":
    main()
