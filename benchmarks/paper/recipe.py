#!/usr/bin/env python3
"""What each ingredient of the training recipe is worth: the recipe, and the recipe with one thing changed, each trained
from scratch on the same number of pictures (preset tiny, crops of 64 pixels) and measured on the same validation
pictures. Writes the table of net/RECIPE.md and its figures; variants that are already measured are not trained again.

    benchmarks/paper/recipe.py --labelled voc.pack,coco.pack --unlabelled photos.pack --val voc_val.pack
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess

RECIPE = {"preset": "tiny", "crop": 64, "batch": 64, "seed": 1, "learning_rate": 1e-3, "warmup_steps": 60,
          "rebalance_alpha": 0.5, "lightness_jitter": 0, "contrast_jitter": 0.05, "ema_decay": 0.99,
          "validate_every": 100000, "log_every": 50}

VARIANTS = {
    "the recipe": {},
    "another seed": {"seed": 2},
    "a third seed": {"seed": 3},
    "plain He initialisation": {"initialization": "he"},
    "colours not rebalanced": {"rebalance": False},
    "colours rebalanced as in the paper": {"rebalance_alpha": 1},
    "rare classes shown oftener": {"oversample_classes": 0.1},
    "colourful pictures shown oftener": {"oversample_colors": 0.5},
    "rare classes and colours shown oftener": {"oversample_classes": 0.1, "oversample_colors": 0.3},
    "labelled pictures only": {"data": "labelled"},
    "no semantic branch": {"semantics": False},
    "classes not balanced": {"class_weights": "none"},
    "classes balanced as in ENet": {"class_weights": "enet"},
    "more jitter of lightness and contrast": {"lightness_jitter": 5, "contrast_jitter": 0.1},
    "constant learning rate": {"schedule": "constant"},
    "no average of weights": {"ema_decay": 0},
    "no weight decay": {"weight_decay": 0},
    "L2 decay of 1e-3 inside Adam": {"optimizer": "adam", "weight_decay": 1e-3},
    "crops of 112 pixels, as many pixels in all": {"crop": 112, "batch": 21},
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labelled", required=True, help="packs with true labels, separated by commas")
    parser.add_argument("--unlabelled", required=True, help="packs without labels, or with those of a machine")
    parser.add_argument("--val", required=True, help="packs to measure on")
    parser.add_argument("--out", default="build/recipe", type=pathlib.Path, help="runs and figures (default %(default)s)")
    parser.add_argument("--steps", default=300, type=int, help="of 64 pictures (default %(default)s)")
    parser.add_argument("--jobs", default=os.cpu_count(), type=int, help="variants at once, each on one thread")
    parser.add_argument("--huegrad", default="build/release/huegrad", help="the program (default %(default)s)")
    return parser.parse_args()


def option(value):
    return json.dumps(value) if isinstance(value, (bool, list)) else str(value)


def without_paths(evaluation):
    """What is worth keeping, wherever the packs lay."""
    return {key: value for key, value in evaluation.items() if key not in ("data", "model")}


def measure(args, name, changes):
    """Trains and evaluates one variant; its figures as `huegrad evaluate` and the training run report them."""
    folder = args.out / name.replace(" ", "-").replace(",", "")
    result = folder / "figures.json"
    if result.exists():
        return json.loads(result.read_text())
    shutil.rmtree(folder, ignore_errors=True)
    options = {**RECIPE, "max_steps": args.steps, **changes}
    data = args.labelled if options.pop("data", "") == "labelled" else f"{args.labelled},{args.unlabelled}"
    settings = [f"{key}={option(value)}" for key, value in options.items()]
    trained = subprocess.run(
        [args.huegrad, "train", "--data", data, "--val", args.val, "-o", folder, "--threads", "1", "--json",
         "--set", *settings], check=True, capture_output=True, text=True)
    evaluated = subprocess.run([args.huegrad, "evaluate", "--data", args.val, "--model", folder / "best.safetensors",
                                "--json"], check=True, capture_output=True, text=True)
    figures = {"options": options, "validation": json.loads(trained.stdout)["validation"],
               "evaluation": without_paths(json.loads(evaluated.stdout))}
    result.write_text(json.dumps(figures, indent=1))
    print(f"measured: {name}", flush=True)
    return figures


def row(name, figures):
    colored = figures["evaluation"]["rows"][-1]
    semantics = figures["evaluation"]["semantics"]
    iou = f"{100 * semantics['mean_iou']:.1f}" if semantics else "–"
    return (f"| {name} | {figures['validation']['color_kl']:.3f} | {figures['validation']['balanced_kl']:.3f} "
            f"| {colored['psnr']:.2f} | {100 * colored['auc']:.2f} | {100 * colored['balanced_auc']:.2f} "
            f"| {colored['colorfulness']:.1f} | {iou} |")


def main():
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        running = {name: pool.submit(measure, args, name, changes) for name, changes in VARIANTS.items()}
        measured = {name: future.result() for name, future in running.items()}
    (args.out / "figures.json").write_text(json.dumps(measured, indent=1))
    print("| variant | KL | balanced KL | PSNR dB | AuC % | AuC, balanced % | colourfulness | mIoU % |")
    print("|---|---|---|---|---|---|---|---|")
    for name, figures in measured.items():
        print(row(name, figures))
    first = measured["the recipe"]["evaluation"]
    print(f"originals: colourfulness {first['original']['colorfulness']:.1f}; {first['pictures']} pictures")


if __name__ == "__main__":
    main()
