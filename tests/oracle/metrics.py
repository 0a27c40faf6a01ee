#!/usr/bin/env python3
"""Writes tests/data/metrics_oracle.json: figures of merit of the demo photographs by other people's programs.

PSNR and SSIM are scikit-image's, gradients SciPy's, the cross-entropy and bicubic upsampling PyTorch's; the rest is
NumPy, written from the definitions. Made with Debian 12's packages (apt install python3-skimage python3-torch
python3-pil). The tests read the file and need no Python; whatever is compared is made of integers or of Philox
(kernels/random.h) on both sides.
"""
import itertools
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from scipy import ndimage
from skimage.color import rgb2lab
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

TESTS = pathlib.Path(__file__).resolve().parent.parent
SEED, CLASSES = 7, 6
BINS = np.loadtxt(TESTS / "data" / "ab_bins_313.txt")
PRIOR = np.loadtxt(TESTS / "data" / "ab_prior_313.txt").ravel()


def philox(stream, count):
    """Blocks 0 .. count-1 of a stream, four words each."""
    mask, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    c = [np.arange(count, dtype=np.uint64), np.zeros(count, np.uint64), np.full(count, stream, np.uint64),
         np.zeros(count, np.uint64)]
    key = [SEED, 0]
    for _ in range(10):
        a, b = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [(b >> shift) ^ c[1] ^ np.uint64(key[0]), b & mask, (a >> shift) ^ c[3] ^ np.uint64(key[1]), a & mask]
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def uniform(stream, shape, low, high):
    return philox(stream, int(np.prod(shape)))[0].reshape(shape) / 2.0**32 * (high - low) + low


def distorted(picture):
    """Mixes neighbouring channels and adds a pattern; integers only."""
    p = picture.astype(np.int64)
    y, x, c = np.indices(p.shape)
    return np.minimum(255, (3 * p + np.roll(p, -1, 2) + (7 * x + 13 * y + 5 * c) % 32) // 4).astype(np.uint8)


def grey(picture):
    return np.repeat(picture.astype(np.int64).sum(2, keepdims=True) // 3, 3, 2).astype(np.uint8)


def class_at(y, x):
    return ((x + y // 7 % 5) // 40 + 2 * (y // 30)) % CLASSES


def labels(shape):
    """True labels with runs of 255 of 0 to 12 pixels between some of them, and wrong ones."""
    y, x = np.indices(shape)
    truth = np.where((x + y // 7 % 5) % 40 < 3 * (y // 50) % 13, 255, class_at(y, x))
    return truth, (class_at(y + 3, x + 5) + (x * y % 11 == 0)) % CLASSES


def colorfulness(picture, absolute):
    r, g, b = np.moveaxis(picture.astype(np.float64), 2, 0)
    rg, yb = r - g, (r + g) / 2 - b
    if absolute:
        rg, yb = abs(rg), abs(yb)
    return np.sqrt(rg.var() + yb.var()) + 0.3 * np.sqrt(rg.mean() ** 2 + yb.mean() ** 2)


def nearest_bin(ab):
    flat = ab.reshape(-1, 2)
    return np.concatenate([((part[:, None] - BINS) ** 2).sum(2).argmin(1)
                           for part in np.array_split(flat, len(flat) // 4096 + 1)])


def auc(predicted, truth, weight):
    error = np.sqrt(((predicted - truth) ** 2).sum(2)).ravel()
    return np.mean([weight[error <= t].sum() / weight.sum() for t in range(151)])


def segmentation(truth, predicted):
    kept = truth != 255
    t, p = truth[kept], predicted[kept]
    iou, accuracy, share = {}, [], {}
    for c in np.unique(t):
        both = ((t == c) & (p == c)).sum()
        iou[int(c)] = both / ((t == c) | (p == c)).sum()
        accuracy.append(both / (t == c).sum())
        share[int(c)] = (t == c).mean()
    return {"mean_iou": np.mean(list(iou.values())), "mean_accuracy": np.mean(accuracy),
            "pixel_accuracy": (t == p).mean(), "frequency_weighted_iou": sum(share[c] * iou[c] for c in iou)}


def edge_alignment(ab, lightness):
    def squared(plane):
        return sum((ndimage.sobel(plane, axis) / 8) ** 2 for axis in (0, 1))[1:-1, 1:-1]
    color, light = np.sqrt(squared(ab[..., 0]) + squared(ab[..., 1])), np.sqrt(squared(lightness))
    return np.corrcoef(color.ravel(), light.ravel())[0, 1]


def kept_contrast(ab, truth, longest_run=8, far=6):
    above = below = 0
    for lines, classes in ((ab, truth), (ab.transpose(1, 0, 2), truth.T)):
        for color, line in zip(lines, classes):
            runs, start = [], 0
            for value, group in itertools.groupby(line):
                length = len(list(group))
                runs.append((value, start, length))
                start += length
            for i, (value, first, length) in enumerate(runs[:-1]):
                gap = runs[i + 1][0] == 255
                if value == 255 or (gap and runs[i + 1][2] > longest_run) or i + 1 + gap >= len(runs):
                    continue
                other, begin, other_length = runs[i + 1 + gap]
                if other == value or min(length, other_length) <= far:
                    continue
                end = first + length - 1
                above += np.linalg.norm(color[begin] - color[end])
                below += np.linalg.norm(color[begin + far] - color[end - far])
    return {"near": above, "far": below}


def divergence(ab, height=192, width=256, neighbours=10, sigma=5):
    """Of made-up logits and the colours at the grid's centres of the picture's corner."""
    grid = ab[2:height:4, 2:width:4].reshape(-1, 2)
    distance = ((grid[:, None] - BINS) ** 2).sum(2)
    index = np.argsort(distance, 1, kind="stable")[:, :neighbours]
    weight = np.exp(-np.take_along_axis(distance, index, 1) / (2 * sigma**2))
    target = np.zeros((len(grid), len(BINS)))
    np.put_along_axis(target, index, weight / weight.sum(1, keepdims=True), 1)
    logits = torch.from_numpy(uniform(1, (len(grid), len(BINS)), -3, 3))
    cross = F.cross_entropy(logits, torch.from_numpy(target), reduction="none").numpy()
    kl = F.kl_div(F.log_softmax(logits, 1), torch.from_numpy(target), reduction="none").sum(1).numpy()
    rarity = 1 / (PRIOR / 2 + 1 / (2 * len(BINS)))
    v = (rarity / (PRIOR * rarity).sum())[index[:, 0]]
    return {"cross_entropy": cross.mean(), "kl": kl.mean(), "balanced_kl": (v * kl).sum() / v.sum()}


def of_pair(picture, other, lab):
    other_lab = rgb2lab(other)
    weight = 1 / PRIOR[nearest_bin(lab[..., 1:])]
    return {"psnr": peak_signal_noise_ratio(picture, other),
            "ssim": structural_similarity(picture, other, gaussian_weights=True, sigma=1.5, channel_axis=2,
                                          use_sample_covariance=False, data_range=255),
            "colorfulness": colorfulness(other, False), "absolute_colorfulness": colorfulness(other, True),
            "auc": auc(other_lab[..., 1:], lab[..., 1:], np.ones(weight.shape)),
            "balanced_auc": auc(other_lab[..., 1:], lab[..., 1:], weight)}


def of_photograph(name):
    picture = np.asarray(Image.open(TESTS.parent / "data" / "demo" / name))
    other, lab, (truth, predicted) = distorted(picture), rgb2lab(picture), labels(picture.shape[:2])
    other_ab = rgb2lab(other)[..., 1:]
    return {"name": name, "samples": int(picture.astype(np.int64).sum()), "distorted": of_pair(picture, other, lab),
            "grey": of_pair(picture, grey(picture), lab), "segmentation": segmentation(truth, predicted),
            "edge_alignment": edge_alignment(other_ab, lab[..., 0]),
            "original_edge_alignment": edge_alignment(lab[..., 1:], lab[..., 0]),
            "kept_contrast": kept_contrast(other_ab, truth), "divergence": divergence(lab[..., 1:])}


def bicubic():
    low = torch.from_numpy(uniform(2, (9, 12, 2), -50, 50)).permute(2, 0, 1)[None]
    high = F.interpolate(low, (37, 46), mode="bicubic", antialias=True)[0].permute(1, 2, 0)
    return {"low": [9, 12], "high": [37, 46], "values": [round(v, 6) for v in high.flatten().tolist()]}


def bootstrap(pictures=40, resamples=300):
    """Of a ratio of sums; Generator::below(n) is floor(53 random bits / 2^53 * n)."""
    above, below = uniform(3, pictures, 0, 1), uniform(4, pictures, 1, 2)
    figures = []
    for i in range(resamples):
        words = philox(i, pictures)
        bits = (words[0] << np.uint64(21)) ^ (words[1] >> np.uint64(11))
        drawn = (bits / 2.0**53 * pictures).astype(int)
        figures.append(above[drawn].sum() / below[drawn].sum())
    return {"pictures": pictures, "resamples": resamples, "value": above.sum() / below.sum(),
            "interval": np.percentile(figures, [2.5, 97.5]).tolist()}


oracle = {"photographs": [of_photograph(name) for name in ("cat.jpg", "dahlia.jpg", "pagoda.jpg")],
          "bicubic": bicubic(), "bootstrap": bootstrap()}
(TESTS / "data" / "metrics_oracle.json").write_text(json.dumps(oracle, default=float) + "\n")
