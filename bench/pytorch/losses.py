"""Makes bench/peers/parity/losses.json: the losses of a few updates from weights and
inputs that every program can draw, for the test that peers train the same.

    python3 bench/pytorch/losses.py

PyTorch works in float64, so that its figures have no rounding of their own.
"""

import json
import math
import pathlib
import sys

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "testdata" / "pytorch"))
import networks
import objectives
from train import LATENT, SHAPES, VARIANTS, WIDTH

OUT = pathlib.Path(__file__).parents[1] / "peers" / "parity" / "losses.json"
BATCH, STEPS = 16, 3


def uniform(stream, *shape):
    """training.Uniform: numbers from −1 to 1, by Murmur3's finaliser."""
    h = np.arange(math.prod(shape), dtype=np.uint32) + np.uint32(stream * 0x9E3779B9 & 0xFFFFFFFF)
    h = (h ^ h >> 16) * np.uint32(0x85EBCA6B)
    h = (h ^ h >> 13) * np.uint32(0xC2B2AE35)
    h ^= h >> 16
    return torch.from_numpy((h.astype(np.float64) / 2**31 - 1).reshape(shape))


def begin(network, number):
    """Puts first weights into the layers: see training.Layer.First."""
    layers = [m for m in network if hasattr(m, "weight") and m.weight.dim() > 1]
    for i, layer in enumerate(layers):
        for kind, p in enumerate(layer.parameters()):
            bound = 1 / math.sqrt(layer.weight[0].numel())
            p.data = bound * uniform(100 * number + 10 * i + kind, *p.shape)


class Case:
    def __init__(self, variant, arch):
        self.variant, self.params = variant, VARIANTS[variant]
        self.latent, self.shape = LATENT[arch], SHAPES[arch]
        self.G, self.D = networks.ARCHS[arch](self.shape, self.latent, WIDTH[arch], 1, self.params["norm_d"])
        begin(self.G, 0)
        begin(self.D, 1)
        self.optimizers = {n: torch.optim.Adam(n.parameters(), lr=self.params["lr"], betas=self.params["betas"])
                           for n in (self.G, self.D)}

    def both(self):
        return self.D(self.real), self.D(self.fake)

    def update(self, network, loss):
        parameters = list(network.parameters())
        for p, g in zip(parameters, torch.autograd.grad(loss, parameters)):
            p.grad = g
        self.optimizers[network].step()
        return loss.item()

    def step(self, number):
        """Updates both networks; returns the two losses."""
        stream = 1000 + 10 * number
        self.real = uniform(stream, BATCH, *self.shape)
        self.alpha = (uniform(stream + 2, BATCH, 1, 1, 1) + 1) / 2
        self.delta = (uniform(stream + 2, BATCH, *self.shape) + 1) / 2
        with torch.no_grad():
            self.fake = self.G(uniform(stream + 1, BATCH, self.latent))
        loss_d = self.update(self.D, objectives.DISCRIMINATOR[self.variant](self))
        self.fake = self.G(uniform(stream + 3, BATCH, self.latent))
        return loss_d, self.update(self.G, objectives.GENERATOR[self.variant](self))


def main():
    torch.set_default_dtype(torch.float64)
    losses = {}
    for variant in ("gan", "lsgan", "wgangp", "dragan"):
        for arch in ("mlp", "dcgan28"):
            case = Case(variant, arch)
            losses[f"{variant}/{arch}"] = [case.step(i) for i in range(STEPS)]
    OUT.write_text(json.dumps(losses, indent=1) + "\n")


if __name__ == "__main__":
    main()
