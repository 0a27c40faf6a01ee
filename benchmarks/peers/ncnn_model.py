#!/usr/bin/env python3
"""Writes the network in ncnn's own format: ncnn_model.py FOLDER makes FOLDER/model.param and FOLDER/model.bin."""
import sys

import numpy

from case import Case

MAGIC = "7767517"
TYPES = {"convolution": "Convolution", "deconvolution": "Deconvolution", "batch_norm": "BatchNorm", "concat": "Concat"}
FLOAT32 = bytes(4)  # tag before the weights of a convolution


def parameters(layer, weight):
    """ncnn numbers the parameters of each type of layer."""
    if layer["kind"] == "concat":
        return {0: 0}
    if layer["kind"] == "batch_norm":
        return {0: layer["out_channels"], 1: "1e-5"}
    return {0: layer["out_channels"], 1: layer["kernel"], 2: layer["dilation"], 3: layer["stride"], 4: layer["padding"],
            5: 1, 6: weight.size, 9: int(layer["relu"])}


def binary(layer, weights):
    name = layer["name"]
    if layer["kind"] == "concat":
        return b""
    if layer["kind"] == "batch_norm":  # slope, mean, variance, bias
        ones = numpy.ones(layer["out_channels"], numpy.float32)
        return b"".join(a.tobytes() for a in (ones, weights[name + ".running_mean"], weights[name + ".running_var"], 0 * ones))
    weight = weights[name + ".weight"]
    if layer["kind"] == "deconvolution":
        weight = weight.transpose(1, 0, 2, 3)
    return FLOAT32 + numpy.ascontiguousarray(weight).tobytes() + weights[name + ".bias"].tobytes()


class Blobs:
    """A blob of ncnn has one reader: what is read twice goes through a Split first."""

    def __init__(self, layers):
        self.readers = {}
        for layer in layers:
            for i in layer["inputs"]:
                if i >= 0:
                    self.readers.setdefault(layers[i]["name"], []).append(layer["name"])

    def read(self, name, reader):
        return f"{name}_for_{reader}" if len(self.readers.get(name, [])) > 1 else name

    def split(self, name):
        readers = self.readers.get(name, [])
        return [f"{name}_for_{reader}" for reader in readers] if len(readers) > 1 else []


def write(case):
    layers, weights = case.layers, dict(case.weights())
    blobs = Blobs(layers)
    lines, count = ["Input lightness 0 1 lightness"], 1
    with open(case.folder / "model.bin", "wb") as file:
        for layer in layers:
            name = layer["name"]
            inputs = ["lightness" if i < 0 else blobs.read(layers[i]["name"], name) for i in layer["inputs"]]
            numbers = parameters(layer, weights.get(name + ".weight"))
            lines.append(" ".join([TYPES[layer["kind"]], name, str(len(inputs)), "1", *inputs, name,
                                   *(f"{key}={value}" for key, value in numbers.items())]))
            copies = blobs.split(name)
            if copies:
                lines.append(" ".join(["Split", name + "_split", "1", str(len(copies)), name, *copies]))
            count += 1 + len(copies)
            file.write(binary(layer, weights))
    (case.folder / "model.param").write_text("\n".join([MAGIC, f"{len(lines)} {count}", *lines]) + "\n")


if __name__ == "__main__":
    write(Case(sys.argv[1]))
