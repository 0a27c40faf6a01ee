"""What huegrad-peer --prepare wrote (prepare.h): one network and one set of inputs for everybody."""
import json
import pathlib

import numpy
from safetensors import safe_open

COLOR, SEMANTIC = "conv8_313", "semantic_classifier"  # the layers that compute the logits


class Case:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.layers = json.loads((self.folder / "layers.json").read_text())

    def weights(self):
        """Name -> array; convolutions OIHW, transposed ones IOHW. One at a time, so that only what is kept takes memory."""
        with safe_open(self.folder / "model.safetensors", "numpy") as file:
            for name in file.keys():
                yield name, file.get_tensor(name)

    def input(self, name):
        with safe_open(self.folder / "inputs.safetensors", "numpy") as file:
            return file.get_tensor(name)

    def lightness(self, batch):
        """(batch, 1, 224, 224): with one channel NHWC and NCHW are the same numbers."""
        pictures = self.input("lightness")[:batch]
        return numpy.ascontiguousarray(pictures).reshape(batch, 1, *pictures.shape[1:3])


def batch_of(work):
    return int(work.split("/")[1])


def nhwc(color, semantic):
    """Logits (N, C, H, W) as huegrad names and orders them; a view."""
    return {"color": color.transpose(0, 2, 3, 1), "semantic": semantic.transpose(0, 2, 3, 1)}
