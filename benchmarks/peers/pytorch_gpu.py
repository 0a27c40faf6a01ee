#!/usr/bin/env python3
"""The network of preset `voc` in PyTorch, measured as huegrad-bench measures ours: inference and training steps in
every precision, run eagerly and compiled. The figures go to a JSON file that benchmarks/gpu_table.py reads.

  python3 benchmarks/peers/pytorch_gpu.py --output pytorch.json
  python3 benchmarks/peers/pytorch_gpu.py --output pytorch.json --device cpu --tiny    only to see that it runs
"""
import argparse
import json
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional


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


def losses(color, semantic, batch):
    """Eq. (1) with k soft targets a pixel and rebalancing, Eq. (2) with an index to ignore."""
    log_p = functional.log_softmax(color.float(), 1)
    soft = -(log_p.gather(1, batch["index"]) * batch["weight"]).sum(1)
    return (soft * batch["rarity"]).mean() + functional.cross_entropy(semantic.float(), batch["labels"], ignore_index=255)


def make_batch(size, side, classes, device):
    grid = side // 4
    return {"x": torch.randn(size, 1, side, side, device=device).to(memory_format=torch.channels_last),
            "index": torch.randint(0, 313, (size, 5, grid, grid), device=device),
            "weight": torch.full((size, 5, grid, grid), 0.2, device=device),
            "rarity": torch.ones(size, grid, grid, device=device),
            "labels": torch.randint(0, classes, (size, grid, grid), device=device)}


def timed(run, device, repeats):
    """Median milliseconds of a call after warming up."""
    for _ in range(3):
        run()
    times = []
    for _ in range(repeats):
        if device == "cuda":
            begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
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


def prepare(config, precision, mode, device, training):
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision != "fp32"
    torch.backends.cudnn.benchmark = True
    network = Network(config).to(device).to(memory_format=torch.channels_last).train(training)
    if mode != "eager":
        network = torch.compile(network, mode=None if mode == "compile" else mode)
    return network


def autocast(precision, device):
    return torch.autocast(device, dtype=torch.bfloat16, enabled=precision == "bf16")


def inference(config, precision, mode, device, batch, repeats):
    network = prepare(config, precision, mode, device, False)

    def run():
        with torch.no_grad(), autocast(precision, device):
            network(batch["x"])
    return timed(run, device, repeats)


def training(config, precision, mode, device, batch, repeats):
    network = prepare(config, precision, mode, device, True)
    extra = {"fused": True} if device == "cuda" else {}
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-4, **extra)

    def run():
        optimizer.zero_grad(set_to_none=True)
        with autocast(precision, device):
            color, semantic = network(batch["x"])
        losses(color, semantic, batch).backward()
        optimizer.step()
    return timed(run, device, repeats)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", required=True)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--quick", action="store_true", help="fewer repeats, no max-autotune")
    parser.add_argument("--tiny", action="store_true", help="a narrow network and small pictures")
    arguments = parser.parse_args()
    if arguments.device == "cuda" and not torch.cuda.is_available():
        sys.exit("huegrad: error: PyTorch finds no CUDA device")
    config = {"channels": [64, 128, 256, 512, 512, 512, 512, 256], "deconv_channels": 256, "head_channels": 64,
              "classes": 21}
    side, inference_batches, training_batches, repeats = 224, [1, 8, 64], [32, 64], 10 if arguments.quick else 30
    modes = ["eager", "compile"] + ([] if arguments.quick else ["max-autotune"])
    if arguments.tiny:
        config.update(channels=[8] * 8, deconv_channels=4, head_channels=8)
        side, inference_batches, training_batches, repeats, modes = 32, [1], [2], 2, ["eager"]
    if not hasattr(torch, "compile"):
        modes = ["eager"]
    preset = "tiny" if arguments.tiny else "voc"
    figures = []
    for mode in modes:
        for precision in ("fp32", "tf32", "bf16"):
            for work, measure, sizes in (("inference", inference, inference_batches),
                                         ("training", training, training_batches)):
                for size in sizes:
                    figure = {"work": "%s/%s/%s/batch:%d" % (work, preset, precision, size), "mode": mode}
                    try:
                        batch = make_batch(size, side, config["classes"], arguments.device)
                        figure["ms"] = measure(config, precision, mode, arguments.device, batch, repeats)
                    except Exception as error:  # a mode that a version lacks, or too little memory: noted, not hidden
                        figure["error"] = str(error).splitlines()[0]
                    figures.append(figure)
                    print(json.dumps(figure), flush=True)
    name = torch.cuda.get_device_name() if arguments.device == "cuda" else "cpu"
    with open(arguments.output, "w") as file:
        json.dump({"torch": torch.__version__, "device": name, "figures": figures}, file, indent=1)
    if not any("ms" in figure for figure in figures):
        sys.exit("huegrad: error: nothing could be measured")


if __name__ == "__main__":
    main()
