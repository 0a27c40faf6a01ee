#!/usr/bin/env python3
"""Writes tests/data/joint_bilateral_opencv.txt: a 32x32 guide and two-channel picture, and what OpenCV's
ximgproc.jointBilateralFilter makes of it.

Format: height width radius sigma_spatial sigma_range, then the guide, the picture (interleaved) and the result.
OpenCV's window is a disc and ours a square; with sigma 1 and radius 5 the corners weigh less than 4e-6. Its range
kernel is a table of 4096 steps, so only 4 digits agree."""
import pathlib

import cv2
import numpy as np

rng = np.random.default_rng(5)
height, width, radius, sigma_spatial, sigma_range = 32, 32, 5, 1.0, 15.0
y, x = np.mgrid[0:height, 0:width]
guide = np.float32(128 + 60 * np.sin(x * 0.4) * np.cos(y * 0.3) + 40 * (x > 15) + rng.integers(0, 20, (height, width)))
guide = np.round(np.clip(guide, 0, 255))
picture = np.float32(np.round(rng.uniform(-80, 80, (height, width, 2)), 2))
result = np.stack(
    [cv2.ximgproc.jointBilateralFilter(guide, np.ascontiguousarray(picture[..., c]), 2 * radius + 1, sigma_range,
                                       sigma_spatial) for c in range(2)], axis=-1)
out = pathlib.Path(__file__).parents[1] / "data" / "joint_bilateral_opencv.txt"
with out.open("w") as f:
    f.write(f"{height} {width} {radius} {sigma_spatial} {sigma_range}\n")
    for values, form in ((guide, "%d"), (picture, "%.2f"), (result, "%.4f")):
        f.write("\n".join(" ".join(form % v for v in row.ravel()) for row in values) + "\n")
