"""OpenCV: ximgproc's joint bilateral filter, and JPEG files to small pictures."""
import pathlib

import cv2
import numpy

VERSION = cv2.__version__
SIDE = 224
RADIUS, SIGMA_SPATIAL, SIGMA_RANGE = 6, 3, 15
SIZES = {"2": (1080, 1920), "12": (3000, 4000), "24": (4000, 6000)}
BAND = 1080  # rows of a large picture that are filtered: the rest would take as long for each pixel


def taps():
    """Of one pixel: the filter's window is a disc."""
    y, x = numpy.mgrid[-RADIUS:RADIUS + 1, -RADIUS:RADIUS + 1]
    return int((x * x + y * y <= RADIUS * RADIUS).sum())


def filtered(guide, colors, sigma_spatial):
    return cv2.ximgproc.jointBilateralFilter(guide, colors, 2 * RADIUS + 1, SIGMA_RANGE, sigma_spatial)


def load_upsampling(case, size):
    """The colours are enlarged in advance: the filter knows one size only. It takes 1 or 3 channels, so there are 3."""
    height, width = min(SIZES[size][0], BAND), SIZES[size][1]
    tile = case.input("guide")
    guide = numpy.ascontiguousarray(numpy.tile(tile, (1, -(-width // tile.shape[1])))[:height, :width])
    ab = case.input("ab")[0]
    colors = numpy.dstack([cv2.resize(ab, (width, height)), numpy.zeros((height, width), numpy.float32)])
    small = case.input("colors")
    small_guide = numpy.ascontiguousarray(tile[:small.shape[0], :small.shape[1]])

    def run():
        filtered(guide, colors, SIGMA_SPATIAL)
        return lambda: {"filtered": filtered(small_guide, small, 1)}
    run.units = height * width * taps()
    return run


def load_pictures():
    paths = sorted(str(path) for path in pathlib.Path("data/demo").glob("*.jpg"))

    def small(path):
        return cv2.cvtColor(cv2.resize(cv2.imread(path), (SIDE, SIDE), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
    return lambda: {"pictures": [small(path) for path in paths]}


def load(case, work, mode, threads):
    cv2.setNumThreads(threads)
    return load_pictures() if work == "pictures" else load_upsampling(case, work.split("/")[1])
