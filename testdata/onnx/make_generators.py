#!/usr/bin/env python3
"""Writes the PyTorch-exported generators of this folder, with what PyTorch
computes of them: NAME.onnx, NAME.INPUT.npy for each input, NAME.image.npy; and
features.onnx, which sees images as vectors.

Run with Debian's python3-torch (1.13) and python3-numpy; the seeds are fixed, so
it writes the same models again.
"""
import os

import numpy as np
import torch
from torch import nn

BATCH = 3
LATENT = 8


class DCGAN(nn.Module):
    """Radford et al. (2015): transposed convolutions with batch norm, to 1×16×16."""

    def __init__(self, width=8):
        super().__init__()
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(LATENT, 2 * width, 4, 1, 0, bias=False), nn.BatchNorm2d(2 * width), nn.ReLU(True),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU(True),
            nn.ConvTranspose2d(width, 1, 4, 2, 1, bias=False), nn.Tanh())

    def forward(self, z):
        return self.layers(z.view(z.size(0), LATENT, 1, 1))


class UpsampleConv(nn.Module):
    """Upsampling, nearest and bilinear, each followed by a convolution (Odena et
    al., 2016), with instance norm and a self-attention block between, to 3×16×16."""

    def __init__(self, width=8):
        super().__init__()
        self.width = width
        self.fc = nn.Linear(LATENT, width * 4 * 4)
        self.first = nn.Sequential(
            nn.Upsample(scale_factor=2), nn.Conv2d(width, width, 3, 1, 1),
            nn.InstanceNorm2d(width, affine=True), nn.LeakyReLU(0.2))
        self.query, self.key = nn.Conv2d(width, width // 2, 1), nn.Conv2d(width, width // 2, 1)
        self.second = nn.Sequential(
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
            nn.ReflectionPad2d(1), nn.Conv2d(width, 3, 3), nn.Sigmoid())

    def forward(self, z):
        h = self.first(self.fc(z).view(-1, self.width, 4, 4))
        n, c, height, w = h.shape
        q, k = self.query(h).flatten(2), self.key(h).flatten(2)
        a = torch.softmax(q.transpose(1, 2) @ k, -1)
        h = h + (h.flatten(2) @ a.transpose(1, 2)).view(n, c, height, w)
        return self.second(h) * 2 - 1


class Conditional(nn.Module):
    """Mirza and Osindero (2014) with an embedding of the label, to 1×8×8."""

    def __init__(self, classes=10):
        super().__init__()
        self.embedding = nn.Embedding(classes, classes)
        self.layers = nn.Sequential(
            nn.Linear(LATENT + classes, 32), nn.BatchNorm1d(32), nn.LeakyReLU(0.2, inplace=True),
            nn.Linear(32, 64), nn.Tanh())

    def forward(self, z, labels):
        h = self.layers(torch.cat([self.embedding(labels), z], -1))
        return h.view(h.size(0), 1, 8, 8)


class Features(nn.Module):
    """Sees images 1×16×16 as 8 numbers, and as one of 4 classes."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 4, 3, 2, 1), nn.ReLU(), nn.AvgPool2d(2), nn.Conv2d(4, 8, 3, 2, 1, groups=2), nn.ReLU(),
            nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Linear(8, 4)

    def forward(self, image):
        features = self.body(image)
        return features, torch.softmax(self.head(features), -1)


def settle(model):
    """Gives batch norms statistics as a training would have left them."""
    for m in model.modules():
        if isinstance(m, nn.modules.batchnorm._BatchNorm):
            m.running_mean.normal_(0, 0.1)
            m.running_var.uniform_(0.5, 1.5)
            m.weight.data.normal_(1, 0.1)
            m.bias.data.normal_(0, 0.1)
    return model.eval()


def write(name, model, inputs):
    model = settle(model)
    with torch.no_grad():
        image = model(*inputs.values())
    axes = {k: {0: "N"} for k in [*inputs, "image"]}
    torch.onnx.export(model, tuple(inputs.values()), name + ".onnx", opset_version=13,
                      input_names=list(inputs), output_names=["image"], dynamic_axes=axes)
    for k, v in {**inputs, "image": image}.items():
        np.save(f"{name}.{k}.npy", v.numpy())


def write_features(name, model, image):
    torch.onnx.export(settle(model), image, name + ".onnx", opset_version=13, input_names=["image"],
                      output_names=["features", "probabilities"],
                      dynamic_axes={k: {0: "N"} for k in ["image", "features", "probabilities"]})


def main():
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    torch.manual_seed(7)
    z = torch.randn(BATCH, LATENT)
    write("dcgan", DCGAN(), {"z": z})
    write("upsample", UpsampleConv(), {"z": z})
    write("conditional", Conditional(), {"z": z, "labels": torch.tensor([3, 0, 9])})
    write_features("features", Features(), torch.zeros(BATCH, 1, 16, 16))


main()
