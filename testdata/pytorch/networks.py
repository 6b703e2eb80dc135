"""The reference networks as PyTorch modules. Layers stand at the same places in
their Sequential as in package gan/arch, so parameters have the same names."""

import contextlib

import torch
from torch import nn


class Dense(nn.Linear):
    """A linear layer that flattens its examples first."""

    def forward(self, x):
        return super().forward(x.flatten(1))


def norm(kind, channels, images):
    if kind == "batch":
        return nn.BatchNorm2d(channels) if images else nn.BatchNorm1d(channels)
    # Layer normalisation over all values of an example, scaled by channel.
    return nn.GroupNorm(1, channels)


def normed(kind, layer):
    """layer(bias), followed by a normalisation that makes a bias needless."""
    if kind == "none":
        return [layer(True)]
    made = layer(False)
    images = not isinstance(made, nn.Linear)
    channels = made.out_channels if images else made.out_features
    return [made, norm(kind, channels, images)]


class GivenDropout(nn.Module):
    """Dropout by draws from 0 to 1 that the caller puts into the list `given`,
    one for each pass: those below the rate drop."""

    def __init__(self, rate):
        super().__init__()
        self.rate, self.given = rate, []

    def forward(self, x):
        kept = (self.given.pop(0) >= self.rate).to(x.dtype)
        return x * kept / (1 - self.rate)


class JoinClass(nn.Module):
    """Joins a linear map of the class, one-hot, that the caller puts into `y`, to
    vectors or as feature maps. Without a weight of its own it has that of `first`."""

    def __init__(self, classes, size, first=None):
        super().__init__()
        self.first = [first or self]  # in a list, or it would be a part of this one
        if first is None:
            self.weight = nn.Parameter(torch.empty(size, classes))

    def forward(self, x):
        told = self.y @ self.first[0].weight.T
        return torch.cat([x, told.reshape(*told.shape, *[1] * (x.dim() - 2)).expand(-1, -1, *x.shape[2:])], 1)


class Told:
    """The places of a network at which it is told the class: layers for each call,
    none without `told`, the classes and the size of their map."""

    def __init__(self, told):
        self.classes, self.size = told or (0, 0)
        self.first = None

    def __call__(self, flat=False):
        if not self.size:
            return []
        layer = JoinClass(self.classes, self.size, self.first)
        self.first = self.first or layer
        return [nn.Flatten(), layer] if flat else [layer]


def autoencoder(arch, shape, latent, width, code, norm_d):
    """A generator, and a discriminator that encodes and gives back: the encoder
    is the network's discriminator, the decoder its generator, normalised as the
    discriminator is. Layers are numbered through."""
    g, _ = arch(shape, latent, width, 1, norm_d)
    _, encoder = arch(shape, latent, width, code, norm_d)
    decoder, _ = arch(shape, code, width, 1, norm_d, norm_d)
    d = nn.Sequential(*encoder, *decoder)
    d.code_at = len(encoder)
    return g, d


class Heads(nn.ModuleList):
    """Several modules that look at the same features; their outputs side by side."""

    def forward(self, x):
        return torch.cat([head(x) for head in self], 1)


def q_beside(linear, width):
    """InfoGAN's D and Q in place of a linear layer for both: D one linear layer, Q
    FC width, BN, LReLU 0.1 and its own."""
    k = linear.in_features
    q = nn.Sequential(Dense(k, width, bias=False), nn.BatchNorm1d(width), nn.LeakyReLU(0.1), Dense(width, linear.out_features - 1))
    return Heads([nn.Sequential(Dense(k, 1)), q])


def with_features(d, x):
    """D(x), and what its last layer takes; of an auto-encoder the code."""
    at = getattr(d, "code_at", len(d) - 1)
    features = d[:at](x)
    return d[at:](features), features.flatten(1)


class Spectral:
    """Miyato et al. 2018, arXiv:1802.05957, algorithm 1, for every layer of a
    network: W/σ(W) takes the place of W. One step of power iteration is taken
    for each update of the network, however often it is applied."""

    def __init__(self, network):
        self.layers = [m for m in network if hasattr(m, "weight") and m.weight.dim() > 1]
        for m in self.layers:
            m.register_parameter("weight_bar", m._parameters.pop("weight"))
            m.register_buffer("weight_u", nn.functional.normalize(torch.ones(len(m.weight_bar)), dim=0))

    def normalise(self, keep):
        for m in self.layers:
            matrix = m.weight_bar.flatten(1)
            with torch.no_grad():
                v = nn.functional.normalize(matrix.T @ m.weight_u, dim=0)
                u = nn.functional.normalize(matrix @ v, dim=0)
            m.weight = m.weight_bar / (u @ matrix @ v)
            if keep:
                m.weight_u.copy_(u)


def halve(c, m):
    return lambda bias: nn.Conv2d(c, m, 4, 2, 1, bias=bias)


def double(c, m):
    return lambda bias: nn.ConvTranspose2d(c, m, 4, 2, 1, bias=bias)


def dense(k, j):
    return lambda bias: Dense(k, j, bias=bias)


def hidden(dropout):
    """What ends a hidden layer of a discriminator."""
    return [nn.LeakyReLU(0.2)] + ([GivenDropout(dropout)] if dropout else [])


def mlp(shape, latent, width, outputs, norm_d, norm_g="none", dropout=0, told=None):
    size = shape[0] * shape[1] * shape[2]
    in_g, in_d = Told(told), Told(told)
    layers = in_g()
    for k in (latent + in_g.size, width, width):
        layers += [*normed(norm_g, dense(k, width)), nn.ReLU()]
    g = nn.Sequential(*layers, Dense(width, size), nn.Tanh(), nn.Unflatten(1, shape))
    layers = [nn.Flatten(), Dense(size, width), *hidden(dropout), *in_d()]
    for k in (width + in_d.size, width):
        layers += [*normed(norm_d, dense(k, width)), *hidden(dropout)]
    return g, nn.Sequential(*layers, *in_d(flat=True), Dense(width + in_d.size, outputs))


def slim28(shape, latent, width, outputs, norm_d, norm_g="batch", dropout=0, told=None):
    w, in_g, in_d = width, Told(told), Told(told)
    g = nn.Sequential(
        *in_g(), *normed(norm_g, dense(latent + in_g.size, 2 * w * 49)), nn.ReLU(),
        nn.Unflatten(1, (2 * w, 7, 7)),
        *normed(norm_g, double(2 * w, w)), nn.ReLU(),
        *normed("none", double(w, shape[0])), nn.Tanh(),
    )
    d = nn.Sequential(
        *normed("none", halve(shape[0], w)), *hidden(dropout), *in_d(),
        *normed(norm_d, halve(w + in_d.size, 2 * w)), *hidden(dropout),
        *in_d(flat=True), Dense(2 * w * 49 + in_d.size, outputs),
    )
    return g, d


def dcgan28(shape, latent, width, outputs, norm_d):
    w = width
    g = nn.Sequential(
        *normed("batch", dense(latent, 16 * w)), nn.ReLU(),
        *normed("batch", dense(16 * w, 2 * w * 49)), nn.ReLU(),
        nn.Unflatten(1, (2 * w, 7, 7)),
        *normed("batch", double(2 * w, w)), nn.ReLU(),
        *normed("none", double(w, shape[0])), nn.Tanh(),
    )
    d = nn.Sequential(
        *normed("none", halve(shape[0], w)), nn.LeakyReLU(0.2),
        *normed(norm_d, halve(w, 2 * w)), nn.LeakyReLU(0.2),
        *normed(norm_d, dense(2 * w * 49, 16 * w)), nn.LeakyReLU(0.2),
        Dense(16 * w, outputs),
    )
    return g, d


def pyramid(shape, latent, width, outputs, norm_d):
    """DCGAN for any power of two: channels double as the side halves, to 4×4."""
    channels, side = [shape[0]], shape[1]
    while side > 4:
        channels.append(width * 2 ** (len(channels) - 1))
        side //= 2
    top = channels[-1]
    g = [*normed("batch", dense(latent, top * 16)), nn.ReLU(), nn.Unflatten(1, (top, 4, 4))]
    for c, m in zip(channels[:1:-1], channels[-2:0:-1]):
        g += [*normed("batch", double(c, m)), nn.ReLU()]
    g += [*normed("none", double(channels[1], shape[0])), nn.Tanh()]
    d = []
    for i, (c, m) in enumerate(zip(channels, channels[1:])):
        d += [*normed(norm_d if i > 0 else "none", halve(c, m)), nn.LeakyReLU(0.2)]
    return nn.Sequential(*g), nn.Sequential(*d, Dense(top * 16, outputs))


ARCHS = {"mlp": mlp, "slim28": slim28, "dcgan28": dcgan28, "dcgan32": pyramid, "dcgan64": pyramid}


@contextlib.contextmanager
def looked_through(network):
    """Leaves running statistics alone while another network learns."""
    norms = [m for m in network.modules() if hasattr(m, "running_mean")]
    momenta = [m.momentum for m in norms]
    for m in norms:
        m.momentum = 0.0
    try:
        yield
    finally:
        for m, momentum in zip(norms, momenta):
            m.momentum = momentum
