"""PyTorch, channels last. Modes of inference and training: "eager", "frozen" (torch.jit, inference only), "compiled";
of the loss: "sparse", "dense", "compiled"."""
import torch
from torch import nn
from torch.nn import functional

from case import COLOR, SEMANTIC, batch_of

VERSION = torch.__version__
# What benchmarks/peers/works.cpp trains with.
RATE, BETAS, DECAY, LONGEST_GRADIENT, AVERAGE = 1e-4, (0.9, 0.99), 0.02, 5.0, 0.999
LAMBDA_SEMANTIC, IGNORED = 100, 255


def module_of(layer, training):
    channels = layer["in_channels"], layer["out_channels"]
    if layer["kind"] == "convolution":
        return nn.Conv2d(*channels, layer["kernel"], layer["stride"], layer["padding"], layer["dilation"])
    if layer["kind"] == "deconvolution":
        return nn.ConvTranspose2d(*channels, layer["kernel"], layer["stride"], layer["padding"])
    # torch.jit optimises batch norm only with an affine part, which does nothing here
    return nn.BatchNorm2d(channels[1], affine=not training) if layer["kind"] == "batch_norm" else nn.Identity()


class Network(nn.Module):
    """layers.json, interpreted; values are let go after their last use."""

    def __init__(self, layers, training):
        super().__init__()
        self.layers = layers
        self.parts = nn.ModuleDict({layer["name"]: module_of(layer, training) for layer in layers})
        self.last_use = {i: reader for reader, layer in enumerate(layers) for i in layer["inputs"]}

    def forward(self, x):
        values = {-1: x}
        results = {}
        for number, layer in enumerate(self.layers):
            inputs = [values[i] for i in layer["inputs"]]
            for i in layer["inputs"]:
                if self.last_use[i] == number:
                    del values[i]
            y = torch.cat(inputs, 1) if layer["kind"] == "concat" else self.parts[layer["name"]](inputs[0])
            values[number] = functional.relu(y, inplace=True) if layer["relu"] else y
            if layer["name"] in (COLOR, SEMANTIC):
                results[layer["name"]] = values.pop(number)
            del inputs, y
        return results[COLOR], results[SEMANTIC]


def load_network(case, training):
    network = Network(case.layers, training).train(training)
    state = network.state_dict()
    with torch.no_grad():
        for name, array in case.weights():
            state["parts." + name].copy_(torch.from_numpy(array))
    return network.to(memory_format=torch.channels_last)


def lightness(case, batch):
    return torch.from_numpy(case.lightness(batch)).to(memory_format=torch.channels_last)


def load_inference(case, batch, mode):
    network, x = load_network(case, False), lightness(case, batch)
    if mode == "frozen":
        with torch.no_grad():
            network = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(network, x)))
    if mode == "compiled":
        torch._inductor.config.freezing = True  # weights are constants
        network = torch.compile(network)

    def run():
        with torch.no_grad():
            color, semantic = network(x)
        return {"color": color.permute(0, 2, 3, 1), "semantic": semantic.permute(0, 2, 3, 1)}
    return run


def soft_cross_entropy(log_p, index, weight, rarity, axis):
    """Eq. (1): a few soft targets a pixel, rarer colours weigh more."""
    return ((log_p.gather(axis, index) * weight).sum(axis) * -rarity).mean()


class Objective(nn.Module):
    """Eq. (3); the losses belong to the graph that is compiled."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x, index, weight, rarity, labels):
        color, semantic = self.network(x)
        pixels = color.shape[2] * color.shape[3]
        color_loss = soft_cross_entropy(functional.log_softmax(color, 1), index, weight, rarity, 1)
        return color_loss + LAMBDA_SEMANTIC / pixels * functional.cross_entropy(semantic, labels, ignore_index=IGNORED)


def load_training(case, batch, mode):
    network = load_network(case, True)
    objective = torch.compile(Objective(network)) if mode == "compiled" else Objective(network)
    def stored(name):
        return torch.from_numpy(case.input(name))
    inputs = (lightness(case, batch), stored("color_index").long().permute(0, 3, 1, 2),
              stored("color_weight").permute(0, 3, 1, 2), stored("color_rarity"), stored("labels").long())
    named = list(network.named_parameters())
    optimizer = torch.optim.AdamW(
        [{"params": [p for name, p in named if name.endswith(".weight")], "weight_decay": DECAY},
         {"params": [p for name, p in named if name.endswith(".bias")], "weight_decay": 0}],
        lr=RATE, betas=BETAS, fused=True)
    tensors = [p.detach() for _, p in named] + [b for b in network.buffers() if b.is_floating_point()]
    average = [t.clone() for t in tensors]
    losses = []

    def run():
        optimizer.zero_grad(set_to_none=True)
        loss = objective(*inputs)
        loss.backward()
        nn.utils.clip_grad_norm_([p for _, p in named], LONGEST_GRADIENT)
        optimizer.step()
        losses.append(loss.item())
        with torch.no_grad():
            torch._foreach_lerp_(average, tensors, max(1 - AVERAGE, min(1, 10 / (9 + len(losses)))))
        return {"losses": losses}
    return run


def load_cross_entropy(case, mode):
    logits, weight, rarity = (torch.from_numpy(case.input(name)) for name in ("logits", "color_weight", "color_rarity"))
    rows, classes = logits.shape
    index = torch.from_numpy(case.input("color_index")).long().reshape(rows, -1)
    weight, rarity = weight.reshape(rows, -1), rarity.reshape(rows)
    dense = torch.zeros(rows, classes).scatter_add_(1, index, weight) if mode == "dense" else None
    logits.requires_grad_()

    def sparse_loss(z):
        return soft_cross_entropy(functional.log_softmax(z, 1), index, weight, rarity, 1)

    def dense_loss(z):
        return (functional.cross_entropy(z, dense, reduction="none") * rarity).mean()
    loss = {"sparse": sparse_loss, "dense": dense_loss, "compiled": torch.compile(sparse_loss)}[mode]
    return lambda: {"gradient": torch.autograd.grad(loss(logits), logits)[0]}


def load(case, work, mode, threads):
    torch.set_num_threads(threads)
    if work == "cross_entropy":
        return load_cross_entropy(case, mode)
    loader = {"inference": load_inference, "training": load_training}[work.split("/")[0]]
    return loader(case, batch_of(work), mode)
