#!/usr/bin/env python3
"""Reads the events of a training run with TensorBoard and compares them with the run's log and sample sheets.

    pip install tensorboard && tests/oracle/tensorboard_run.py RUN

Every number of the log's step and epoch events must come back as the nearest float32, every sheet of samples/ byte
for byte, and the options as text; and nothing else may be there. RUN must not have been killed and resumed, for then
its events hold the repeated steps twice."""
import json
import pathlib
import sys

import numpy as np
from tensorboard.backend.event_processing import event_accumulator, plugin_event_accumulator

ALL = {"scalars": 0, "images": 0, "tensors": 0}
COUNTS = ("step", "seconds", "pictures", "labelled_pixels")
SEMANTIC = ("semantic_loss", "pixel_accuracy", "mean_iou")


def logged_scalars(log):
    """{tag: [(step, value)]} of what net/run_log.cpp gives to TensorBoard."""
    scalars = {}
    for event in log:
        group, values = {"step": ("train", event), "epoch": ("validation", event.get("validation", {}))}.get(
            event["event"], ("", {}))
        for name, value in values.items():
            if name in COUNTS or not isinstance(value, (int, float)):
                continue
            if name in SEMANTIC and values["labelled_pixels"] == 0:
                continue
            scalars.setdefault(f"{group}/{name}", []).append((event["step"], float(np.float32(value))))
    return scalars


def check(what, equal):
    print(f"{'ok  ' if equal else 'FAIL'} {what}")
    return equal


def main(run):
    log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    options = json.loads((run / "config.json").read_text())["options"]
    sheets = [path.read_bytes() for path in sorted((run / "samples").glob("*.png"), key=lambda p: (len(p.name), p.name))]
    expected = logged_scalars(log)

    events = event_accumulator.EventAccumulator(str(run), ALL).Reload()
    scalars = {tag: [(e.step, e.value) for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}
    images = {tag: events.Images(tag) for tag in events.Tags()["images"]}
    passed = check(f"{sum(map(len, expected.values()))} numbers of {len(expected)} tags", scalars == expected)
    passed &= check("no other tag of pictures", set(images) == ({"validation/samples"} if sheets else set()))
    drawn = images.get("validation/samples", [])
    passed &= check(f"{len(sheets)} sheets of samples", [e.encoded_image_string for e in drawn] == sheets)
    passed &= check("their sizes", all(
        (e.width, e.height) == tuple(int.from_bytes(e.encoded_image_string[i:i + 4], "big") for i in (16, 20))
        for e in drawn))

    # What TensorBoard's own pages read: all data as tensors, each assigned to a plugin.
    plugins = plugin_event_accumulator.EventAccumulator(str(run), {"tensors": 0}).Reload()
    of_plugin = {name: set(plugins.PluginTagToContent(name)) for name in ("scalars", "images", "text")}
    passed &= check("tags by plugin", of_plugin == {"scalars": set(expected), "images": set(images), "text": {"options"}})
    texts = [event.tensor_proto.string_val[0].decode() for event in plugins.Tensors("options")]
    passed &= check("options as text", json.loads(texts[-1].removeprefix("```\n").removesuffix("\n```")) == options)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
