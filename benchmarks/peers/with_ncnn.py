"""ncnn as it is fastest on this network: Winograd, no packed layout; float32 throughout."""
import ncnn
import numpy

from case import COLOR, SEMANTIC, nhwc

VERSION = ncnn.__version__


def load(case, work, mode, threads):
    if work != "inference/1":
        raise ValueError("ncnn takes one picture at a time")
    net = ncnn.Net()
    options = net.opt
    options.num_threads = threads
    options.use_winograd_convolution = True
    options.use_packing_layout = False
    options.use_fp16_packed = options.use_fp16_storage = options.use_fp16_arithmetic = options.use_bf16_storage = False
    net.load_param(str(case.folder / "model.param"))
    net.load_model(str(case.folder / "model.bin"))
    array = case.lightness(1)[0]  # a Mat does not keep what it was made from
    picture = ncnn.Mat(array).clone()

    def run():
        extractor = net.create_extractor()
        extractor.input("lightness", picture)
        logits = [numpy.array(extractor.extract(name)[1])[None] for name in (COLOR, SEMANTIC)]
        return nhwc(*logits)
    return run
