"""OpenVINO: latency mode, float32."""
import openvino

from case import COLOR, SEMANTIC, batch_of, nhwc

VERSION = openvino.__version__


def load(case, work, mode, threads):
    batch = batch_of(work)
    model = openvino.Core().compile_model(
        case.folder / f"model-{batch}.onnx", "CPU",
        {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads,
         "NUM_STREAMS": 1})
    request = model.create_infer_request()
    lightness = case.lightness(batch)

    def run():
        outputs = request.infer({"lightness": lightness}, share_inputs=True, share_outputs=True)
        return nhwc(outputs[COLOR], outputs[SEMANTIC])
    return run
