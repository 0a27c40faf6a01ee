#!/usr/bin/env python3
"""Writes tests/data/lab_skimage.txt: rows of R G B (0..255) and scikit-image's L a b (D65, 2 degrees)."""
import itertools
import pathlib
import random

import numpy as np
from skimage.color import rgb2lab

random.seed(313)
colours = list(itertools.product((0, 128, 255), repeat=3))
colours += [(v, v, v) for v in (1, 2, 5, 10, 11, 12, 40, 200, 254)]  # around the linear toes
colours += [tuple(random.randrange(256) for _ in range(3)) for _ in range(36)]
lab = rgb2lab(np.array(colours, dtype=np.float64).reshape(1, -1, 3) / 255)[0]
out = pathlib.Path(__file__).parents[1] / "data" / "lab_skimage.txt"
with out.open("w") as f:
    for rgb, values in zip(colours, lab):
        f.write("%d %d %d %.12g %.12g %.12g\n" % (*rgb, *values))
