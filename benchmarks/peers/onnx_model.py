#!/usr/bin/env python3
"""Writes the network as ONNX for ONNX Runtime and OpenVINO: onnx_model.py FOLDER makes FOLDER/model-{1,8}.onnx."""
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

from case import COLOR, SEMANTIC, Case

OPERATORS = {"convolution": "Conv", "deconvolution": "ConvTranspose"}
OPSET, IR_VERSION = 17, 9


def nodes_of(layer, inputs, weights):
    """The nodes of one layer; the last one's output is called as the layer. Adds what batch norm lacks to the weights."""
    name, kind = layer["name"], layer["kind"]
    if kind == "concat":
        return [helper.make_node("Concat", inputs, [name], axis=1)]
    if kind == "batch_norm":
        weights[name + ".weight"] = numpy.ones(layer["out_channels"], numpy.float32)
        weights[name + ".bias"] = numpy.zeros(layer["out_channels"], numpy.float32)
        statistics = [name + suffix for suffix in (".weight", ".bias", ".running_mean", ".running_var")]
        return [helper.make_node("BatchNormalization", inputs + statistics, [name], epsilon=1e-5)]
    output = name + ".sum" if layer["relu"] else name
    nodes = [helper.make_node(OPERATORS[kind], inputs + [name + ".weight", name + ".bias"], [output],
                              kernel_shape=[layer["kernel"]] * 2, strides=[layer["stride"]] * 2,
                              pads=[layer["padding"]] * 4, dilations=[layer["dilation"]] * 2)]
    if layer["relu"]:
        nodes.append(helper.make_node("Relu", [output], [name]))
    return nodes


def make_model(case, batch):
    weights = dict(case.weights())
    nodes = []
    for layer in case.layers:
        inputs = ["lightness" if i < 0 else case.layers[i]["name"] for i in layer["inputs"]]
        nodes += nodes_of(layer, inputs, weights)
    side = case.input("lightness").shape[1]
    grid = side // 4
    channels = {layer["name"]: layer["out_channels"] for layer in case.layers}
    graph = helper.make_graph(
        nodes, "huegrad",
        [helper.make_tensor_value_info("lightness", TensorProto.FLOAT, [batch, 1, side, side])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [batch, channels[name], grid, grid])
         for name in (COLOR, SEMANTIC)],
        [numpy_helper.from_array(array, name) for name, array in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return model


if __name__ == "__main__":
    case = Case(sys.argv[1])
    for batch in (1, 8):
        onnx.save(make_model(case, batch), case.folder / f"model-{batch}.onnx")
