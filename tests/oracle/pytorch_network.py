"""The tiny hierarchical network in PyTorch: one training pass, forwards and backwards, in float64.

Weights, pictures and targets are not stored: both sides make them from Philox (kernels/random.h), element i of
stream s being (philox(7, s, i)[0] / 2^32) * (high - low) + low in huegrad's memory order.
"""
import math

import numpy
import torch
import torch.nn.functional as F

CHANNELS = [16, 32, 64, 112, 112, 112, 112, 64]
DECONV, HEAD, BINS, CLASSES = 64, 32, 313, 21
BATCH, SIZE, NEIGHBOURS = 2, 32, 5
SEED = 7
# (number of convolutions, stride of the last, dilation)
BLOCKS = [(2, 2, 1), (2, 2, 1), (3, 2, 1), (3, 1, 1), (3, 1, 2), (3, 1, 2), (3, 1, 1)]


def philox(stream, count):
    """Word 0 of blocks 0 .. count-1."""
    mask = numpy.uint64(0xFFFFFFFF)
    c = [numpy.arange(count, dtype=numpy.uint64), numpy.zeros(count, numpy.uint64),
         numpy.full(count, stream, numpy.uint64), numpy.zeros(count, numpy.uint64)]
    key = [SEED, 0]
    for _ in range(10):
        a, b = c[0] * numpy.uint64(0xD2511F53), c[2] * numpy.uint64(0xCD9E8D57)
        c = [(b >> numpy.uint64(32)) ^ c[1] ^ numpy.uint64(key[0]), b & mask,
             (a >> numpy.uint64(32)) ^ c[3] ^ numpy.uint64(key[1]), a & mask]
        key = [(key[0] + 0x9E3779B9) & 0xFFFFFFFF, (key[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c[0]


def uniform(stream, shape, low, high):
    values = philox(stream, math.prod(shape)).astype(numpy.float64) / 2.0**32 * (high - low) + low
    return torch.from_numpy(values.reshape(shape))


def integers(stream, shape, count):
    return torch.from_numpy((philox(stream, math.prod(shape)) % numpy.uint64(count)).astype(numpy.int64).reshape(shape))


class Network:
    """Parameters are numbered in the order of the network: 2 * n is a weight, 2 * n + 1 its bias."""

    def __init__(self):
        self.parameters = {}

    def make(self, name, shape, outputs):
        stream = len(self.parameters)
        fan_in = math.prod(shape) // outputs
        limit = math.sqrt(6 / fan_in)
        weight = uniform(stream, shape, -limit, limit).requires_grad_()
        bias = uniform(stream + 1, [outputs], -0.1, 0.1).requires_grad_()
        self.parameters |= {name + ".weight": weight, name + ".bias": bias}
        return weight.permute(0, 3, 1, 2), bias

    def conv(self, name, x, outputs, kernel=3, stride=1, dilation=1, relu=True):
        weight, bias = self.make(name, [outputs, kernel, kernel, x.shape[1]], outputs)
        y = F.conv2d(x, weight, bias, stride, dilation * (kernel // 2), dilation)
        return F.relu(y) if relu else y

    def deconv(self, name, x, outputs):
        weight, bias = self.make(name, [x.shape[1], 4, 4, outputs], outputs)
        return F.relu(F.conv_transpose2d(x, weight, bias, 2, 1))

    def forward(self, x):
        ups = {}
        for number, (count, stride, dilation) in enumerate(BLOCKS, 1):
            for i in range(1, count + 1):
                x = self.conv(f"conv{number}_{i}", x, CHANNELS[number - 1], 3, stride if i == count else 1, dilation)
            x = F.batch_norm(x, None, None, training=True, eps=1e-5)
            ups[number] = x
        up7 = self.deconv("conv8_1", x, CHANNELS[7])
        x = self.conv("conv8_2", up7, CHANNELS[7])
        x = self.conv("conv8_3", x, CHANNELS[7])
        color = self.conv("conv8_313", x, BINS, kernel=1, relu=False)
        up5 = self.deconv("semantic_deconv5", ups[5], DECONV)
        up6 = self.deconv("semantic_deconv6", ups[6], DECONV)
        x = self.conv("semantic_conv", torch.cat([up5, up6, up7], 1), HEAD)
        return color, self.conv("semantic_classifier", x, CLASSES, kernel=1, relu=False)


def losses(color, semantic):
    """color_loss: mean over pixels of weighted soft cross-entropy; semantic_loss: weighted mean."""
    grid = [BATCH, SIZE // 4, SIZE // 4]
    index = integers(1001, grid + [NEIGHBOURS], BINS)
    weight = torch.tensor([0.4, 0.25, 0.15, 0.12, 0.08], dtype=torch.float64).expand(grid + [NEIGHBOURS])
    rarity = uniform(1002, grid, 0.5, 1.5)
    target = torch.zeros(grid + [BINS], dtype=torch.float64).scatter_add_(3, index, weight)
    rows = -(target * F.log_softmax(color.permute(0, 2, 3, 1), 3)).sum(3)
    label = integers(1003, grid, CLASSES)
    label.view(-1)[::7] = 255
    class_weight = uniform(1004, [CLASSES], 0.5, 2)
    return (rows * rarity).mean(), F.cross_entropy(semantic, label, class_weight, ignore_index=255)


def record():
    network = Network()
    lightness = uniform(1000, [BATCH, SIZE, SIZE, 1], -50, 50).permute(0, 3, 1, 2)
    color, semantic = network.forward(lightness)
    color_loss, semantic_loss = losses(color, semantic)
    (color_loss + 0.3 * semantic_loss).backward()
    short = lambda values: [float(f"{v:.12g}") for v in values]
    gradients = {}
    for name, parameter in network.parameters.items():
        flat = parameter.grad.flatten()
        gradients[name] = {"norm": short([flat.norm().item()])[0], "first": short(flat[:3].tolist()),
                           "last": short(flat[-1:].tolist())[0]}
    return {"color_loss": color_loss.item(), "semantic_loss": semantic_loss.item(),
            "color_logits": short(color.permute(0, 2, 3, 1).flatten()[::1777].tolist()),
            "semantic_logits": short(semantic.permute(0, 2, 3, 1).flatten()[::101].tolist()), "gradients": gradients}
