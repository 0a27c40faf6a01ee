"""Pillow: JPEG files to small pictures. Modes: "" is Pillow, "simd" Pillow-SIMD (in a folder of its own, because both
are called PIL), "draft" lets Pillow decode at a reduced size, which changes the result a little."""
import pathlib
import sys

SIMD = pathlib.Path(sys.prefix) / "pillow-simd"
if sys.argv[-1] == "simd":
    if not SIMD.is_dir():
        raise ImportError("Pillow-SIMD was not installed")
    sys.path.insert(0, str(SIMD))

import numpy
import PIL
from PIL import Image

VERSION = PIL.__version__
SIDE = 224


def load(case, work, mode, threads):
    if work != "pictures" or threads != 1:
        raise ValueError("Pillow reads pictures, in one thread")
    paths = sorted(pathlib.Path("data/demo").glob("*.jpg"))

    def small(path):
        picture = Image.open(path)
        if mode == "draft":
            picture.draft("RGB", (SIDE, SIDE))
        return numpy.asarray(picture.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR))
    return lambda: {"pictures": [small(path) for path in paths]}
