"""ONNX Runtime: all optimisations, one pool of threads."""
import onnxruntime

from case import COLOR, SEMANTIC, batch_of, nhwc

VERSION = onnxruntime.__version__


def load(case, work, mode, threads):
    batch = batch_of(work)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(case.folder / f"model-{batch}.onnx", options, ["CPUExecutionProvider"])
    lightness = case.lightness(batch)
    return lambda: nhwc(*session.run([COLOR, SEMANTIC], {"lightness": lightness}))
