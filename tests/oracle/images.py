#!/usr/bin/env python3
"""Writes the small images of tests/data/images/ that our own encoders cannot make, with Pillow."""
import pathlib

from PIL import Image

out = pathlib.Path(__file__).parents[1] / "data" / "images"
out.mkdir(exist_ok=True)

# Three colours of a palette, the last one transparent, at 2 bits per pixel.
palette = Image.new("P", (3, 2))
palette.putpalette([10, 20, 30, 200, 100, 50, 0, 255, 0])
palette.putdata([0, 1, 2, 2, 1, 0])
palette.save(out / "palette.png", bits=2)
palette.save(out / "palette_transparent.png", bits=2, transparency=2)

bilevel = Image.new("1", (9, 2))
bilevel.putdata([255 * ((x + y) % 2) for y in range(2) for x in range(9)])
bilevel.save(out / "bilevel.png")

wide = Image.new("I;16", (2, 2))
wide.putdata([0, 1, 256, 65535])
wide.save(out / "grey16.png")

Image.new("CMYK", (8, 8), (10, 20, 30, 40)).save(out / "cmyk.jpg")
gradient = Image.new("RGB", (24, 16))
gradient.putdata([(10 * x, 15 * y, 128) for y in range(16) for x in range(24)])
gradient.save(out / "progressive.jpg", progressive=True, quality=95, subsampling=0)
