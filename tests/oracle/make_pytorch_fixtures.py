#!/usr/bin/env python3
"""Writes tests/data/pytorch_*.json: what PyTorch computes for small cases, in float64.

Made with PyTorch 1.13 (Debian 12: apt install python3-torch). The tests read the files and need no Python.
Arrays are stored in huegrad's layouts: images NHWC, weights (K, R, S, C), transposed ones (C, R, S, K).
"""
import json
import pathlib

import torch
import torch.nn.functional as F

import pytorch_network

DATA = pathlib.Path(__file__).resolve().parent.parent / "data"


def random(*shape, low=-1.0, high=1.0):
    """Values of three decimals: short in the file, and exact there."""
    return torch.round((torch.rand(shape, dtype=torch.float64) * (high - low) + low) * 1000) / 1000


def packed(tensor, digits=9):
    values = [float(f"{v:.{digits}g}") for v in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "values": [int(v) if v == int(v) else v for v in values]}


def nhwc(x):
    return x.permute(0, 2, 3, 1)


def nchw(x):
    return x.permute(0, 3, 1, 2)


def write(op, cases):
    text = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (DATA / f"pytorch_{op}.json").write_text("[\n" + text + "\n]\n")


def case(options, inputs, function, constants=None, state=None):
    """function(**inputs, **constants) -> y; records y and the gradients of <dy, y>."""
    for tensor in inputs.values():
        tensor.requires_grad_()
    y = function(**inputs, **(constants or {}))
    dy = random(*y.shape)
    y.backward(dy)
    record = {"options": options, "inputs": {n: packed(t) for n, t in inputs.items()},
              "constants": {n: packed(t) for n, t in (constants or {}).items()}, "dy": packed(dy), "y": packed(y),
              "gradients": {n: packed(t.grad) for n, t in inputs.items()}}
    if state:
        record["state"] = {n: packed(t) for n, t in state.items()}
    return record


def convolutions():
    def conv(x, weight, bias, o):
        return nhwc(F.conv2d(nchw(x), nchw(weight), bias, o["stride"], o["padding"], o["dilation"]))

    def transpose(x, weight, bias, o):
        return nhwc(F.conv_transpose2d(nchw(x), nchw(weight), bias, o["stride"], o["padding"], 0, 1, o["dilation"]))

    def cases(function, bias_axis, table):
        result = []
        for x, w, stride, padding, dilation in table:
            o = {"stride": stride, "padding": padding, "dilation": dilation}
            inputs = {"x": random(*x), "weight": random(*w), "bias": random(w[bias_axis])}
            result.append(case(o, inputs, lambda x, weight, bias: function(x, weight, bias, o)))
        return result

    write("conv2d", cases(conv, 0, [
        ([2, 5, 4, 3], [4, 3, 3, 3], 1, 1, 1), ([1, 6, 7, 2], [3, 3, 3, 2], 2, 1, 1),
        ([1, 7, 6, 2], [3, 3, 3, 2], 1, 2, 2), ([2, 3, 3, 5], [7, 1, 1, 5], 1, 0, 1),
        ([1, 9, 8, 2], [3, 2, 3, 2], 3, 1, 2)]))
    write("conv_transpose2d", cases(transpose, 3, [
        ([2, 3, 4, 3], [3, 4, 4, 2], 2, 1, 1), ([1, 4, 3, 2], [2, 3, 3, 3], 1, 1, 1),
        ([1, 3, 3, 2], [2, 3, 3, 2], 2, 0, 2), ([1, 2, 3, 2], [2, 2, 2, 3], 3, 0, 1)]))


def batch_norm():
    cases = []
    for training in (True, False):
        for affine in (True, False):
            running = {"running_mean": random(4), "running_variance": random(4, low=0.5, high=2)}
            after = {n: t.clone() for n, t in running.items()}
            inputs = {"x": random(2, 3, 3, 4, low=2, high=5)}
            if affine:
                inputs |= {"gamma": random(4), "beta": random(4)}

            def function(x, gamma=None, beta=None, **_):
                return nhwc(F.batch_norm(nchw(x), after["running_mean"], after["running_variance"], gamma, beta,
                                         training, 0.3, 1e-3))

            cases.append(case({"training": training, "momentum": 0.3, "epsilon": 1e-3}, inputs, function, running,
                              after))
    write("batch_norm", cases)


def pooling():
    table = [(2, 2, 0, False), (3, 2, 1, False), (3, 2, 0, True), (2, 2, 1, True), (3, 1, 1, False), (2, 3, 1, True)]
    shapes = [[2, 5, 6, 2], [1, 7, 4, 3]]
    for op, function in (("max_pool", F.max_pool2d),
                         ("avg_pool", lambda *a, **k: F.avg_pool2d(*a, count_include_pad=False, **k))):
        cases = []
        for i, (kernel, stride, padding, ceil) in enumerate(table):
            cases.append(case({"kernel": kernel, "stride": stride, "padding": padding, "ceil_mode": ceil},
                              {"x": random(*shapes[i % 2], low=-5, high=5)},
                              lambda x: nhwc(function(nchw(x), kernel, stride, padding, ceil_mode=ceil))))
        write(op, cases)


def upsampling():
    cases = []
    for mode in ("nearest", "bilinear"):
        keywords = {"align_corners": False} if mode == "bilinear" else {}
        for shape, size in (([2, 3, 4, 2], (6, 8)), ([1, 3, 5, 2], (12, 20)), ([1, 3, 5, 2], (7, 8)),
                            ([1, 7, 5, 2], (3, 2))):
            cases.append(case({"mode": mode, "height": size[0], "width": size[1]}, {"x": random(*shape)},
                              lambda x: nhwc(F.interpolate(nchw(x), size, mode=mode, **keywords))))
    write("upsample", cases)


def cross_entropy():
    cases = []
    index = torch.randint(0, 5, (2, 3, 4))
    index[0, 0, 1] = index[1, 2, 3] = 255
    for reduction in ("sum", "mean"):
        for weighted in (False, True):
            constants = {"index": index} | ({"class_weight": random(5, low=0.1, high=2)} if weighted else {})

            def function(logits, index, class_weight=None):
                return F.cross_entropy(nchw(logits), index, class_weight, ignore_index=255, reduction=reduction)

            cases.append(case({"reduction": reduction}, {"logits": random(2, 3, 4, 5, low=-4, high=4)}, function,
                              constants))
    write("softmax_cross_entropy", cases)

    def soft(logits, index, weight):
        target = torch.zeros_like(logits).scatter_add_(3, index, weight)
        return F.cross_entropy(nchw(logits), nchw(target), reduction="sum")

    weight = random(2, 2, 3, 3, low=0.1)
    cases = [case({}, {"logits": random(2, 2, 3, 9, low=-4, high=4)}, soft,
                  {"index": torch.randint(0, 9, (2, 2, 3, 3)), "weight": weight})]
    write("softmax_cross_entropy_sparse", cases)


def optimizers():
    cases = []
    for name, make, options in (
            ("sgd", torch.optim.SGD, {"momentum": 0, "weight_decay": 0.01, "nesterov": False}),
            ("sgd", torch.optim.SGD, {"momentum": 0.9, "weight_decay": 0.01, "nesterov": False}),
            ("sgd", torch.optim.SGD, {"momentum": 0.8, "weight_decay": 0.02, "nesterov": True}),
            ("adam", torch.optim.Adam, {"betas": [0.9, 0.99], "eps": 1e-8, "weight_decay": 0}),
            ("adam", torch.optim.Adam, {"betas": [0.9, 0.999], "eps": 1e-3, "weight_decay": 0.05}),
            ("adamw", torch.optim.AdamW, {"betas": [0.8, 0.95], "eps": 1e-8, "weight_decay": 0.05})):
        w = random(7)
        record = {"optimizer": name, "options": options, "w": packed(w), "steps": []}
        w.requires_grad_()
        optimizer = make([w], lr=0.1, **options)
        for step in range(5):
            rate = 0.1 / (step + 1)
            optimizer.param_groups[0]["lr"] = rate
            w.grad = random(7, low=-3, high=3)
            optimizer.step()
            record["steps"].append({"learning_rate": rate, "gradient": packed(w.grad), "w": packed(w, 12)})
        cases.append(record)
    write("optimizers", cases)


if __name__ == "__main__":
    torch.manual_seed(2018)
    convolutions()
    batch_norm()
    pooling()
    upsampling()
    cross_entropy()
    optimizers()
    write("network", [pytorch_network.record()])
