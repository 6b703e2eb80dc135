"""The losses, written from the papers and not from the Go code. Each takes a
case (the networks, the batch, the settings) and returns a scalar to be
minimised. Networks end in logits; both() is D of the real and of the fake ones."""

import math

import torch
import torch.nn.functional as F

import networks


def cross_entropy(logits, real):
    """−log σ(l) for the answer "real", −log(1−σ(l)) for "fake"."""
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, float(real)))


# Goodfellow et al. 2014, arXiv:1406.2661, equation 1 and section 3.
def gan_d(c):
    real, fake = c.both()
    return cross_entropy(real, True) + cross_entropy(fake, False)


def gan_g(c):
    logits = c.D(c.fake)
    if c.params.get("loss") == "saturating":
        return torch.log(1 - torch.sigmoid(logits)).mean()
    return cross_entropy(logits, True)


# Mao et al. 2016, arXiv:1611.04076, equation 2.
def lsgan_d(c):
    a, b = float(c.params["a"]), float(c.params["b"])
    real, fake = c.both()
    return ((real - b) ** 2).mean() / 2 + ((fake - a) ** 2).mean() / 2


def lsgan_g(c):
    return ((c.D(c.fake) - float(c.params["c"])) ** 2).mean() / 2


# Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1.
def wgan_d(c):
    real, fake = c.both()
    return fake.mean() - real.mean()


def wgan_g(c):
    return -c.D(c.fake).mean()


def norms_of_gradients(c, x):
    """‖∇ₓD(x)‖₂ of every example."""
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(c.D(x).sum(), x, create_graph=True)
    return gradient.flatten(1).norm(2, dim=1)


# Gulrajani et al. 2017, arXiv:1704.00028, algorithm 1; one-sided: section 4.
def wgangp_d(c):
    mixed = c.alpha * c.real + (1 - c.alpha) * c.fake
    excess = norms_of_gradients(c, mixed) - 1
    if c.params.get("one_sided") == "true":
        excess = torch.relu(excess)
    return wgan_d(c) + float(c.params["lambda"]) * (excess ** 2).mean()


# Kodali et al. 2017, arXiv:1705.07215, section 2.3, with the noise of its
# authors' notebook: half a standard deviation of the batch, times U(0,1).
def dragan_d(c):
    scale = 0.5 * c.real.std(unbiased=False)
    excess = norms_of_gradients(c, c.real + scale * c.delta) - 1
    return gan_d(c) + float(c.params["lambda"]) * (excess ** 2).mean()


# Springenberg 2015, arXiv:1511.06390, equations 2 to 7.
def entropy(p):
    return -(p * torch.log(p)).sum(-1)


def catgan_d(c):
    real, fake = (F.softmax(logits, 1) for logits in c.both())
    loss = -entropy(real.mean(0)) + entropy(real).mean() - entropy(fake).mean()
    if c.labelled is not None:
        loss = loss + float(c.params["lambda"]) * F.cross_entropy(c.D(c.labelled), c.labels)
    return loss


def catgan_g(c):
    fake = F.softmax(c.D(c.fake), 1)
    return -entropy(fake.mean(0)) + entropy(fake).mean()


def smoothed(c, logits):
    """Cross entropy of data, whose target may be below 1: Salimans et al. 2016,
    arXiv:1606.03498, section 3.4."""
    target = torch.full_like(logits, float(c.params.get("label_smoothing", "1")))
    return F.binary_cross_entropy_with_logits(logits, target)


# Radford et al. 2015, arXiv:1511.06434: the losses of a GAN.
def dcgan_d(c):
    real, fake = c.both()
    return smoothed(c, real) + cross_entropy(fake, False)


def dcgan_g(c):
    return cross_entropy(c.D(c.fake), True)


# Zhao et al. 2016, arXiv:1609.03126, equations 1 to 4.
def energy(c, x):
    back, code = networks.with_features(c.D, x)
    return (back - x).flatten(1).norm(dim=1), code


def pull_away(code):
    similar = [F.cosine_similarity(code[i], code[j], dim=0) ** 2
               for i in range(len(code)) for j in range(len(code)) if i != j]
    return torch.stack(similar).mean()


def ebgan_d(c):
    real, fake = energy(c, c.real)[0], energy(c, c.fake)[0]
    return real.mean() + torch.clamp(float(c.params["margin"]) - fake, min=0).mean()


def ebgan_g(c):
    fake, code = energy(c, c.fake)
    return fake.mean() + float(c.params["pull_away"]) * pull_away(code)


# Berthelot et al. 2017, arXiv:1703.10717, section 3.4.
def began_loss(c, x):
    return (c.D(x) - x).abs().mean()


def began_d(c):
    real, fake = began_loss(c, c.real), began_loss(c, c.fake)
    k = c.state["k"].clone()
    moved = k + float(c.params["lambda_k"]) * (float(c.params["gamma"]) * real - fake).detach()
    c.moved = {"k": torch.clamp(moved, 0, 1)}
    return real - k * fake


def began_g(c):
    return began_loss(c, c.fake)


# Qi 2017, arXiv:1701.06264, equation 6, and section 6 for the slope.
def lossgan_d(c):
    real, fake = c.both()
    margin = float(c.params["lambda"]) * (c.real - c.fake).flatten(1).abs().sum(1, keepdim=True)
    short = margin + real - fake
    return torch.where(short > 0, short, float(c.params["slope"]) * short).mean()


def lossgan_g(c):
    return c.D(c.fake).mean()


# Miyato et al. 2018, arXiv:1802.05957, equations 16 and 17; the weights are
# normalised by networks.Spectral.
def sngan_d(c):
    if c.params["loss"] == "non-saturating":
        return dcgan_d(c)
    real, fake = c.both()
    return torch.clamp(1 - real, min=0).mean() + torch.clamp(1 + fake, min=0).mean()


def sngan_g(c):
    if c.params["loss"] == "non-saturating":
        return dcgan_g(c)
    return -c.D(c.fake).mean()


# Wei et al. 2018, arXiv:1803.01541, equations 4 to 6, with the squared distances
# of its authors' code.
def ctgan_d(c):
    first, features = networks.with_features(c.D, c.real)
    second, again = networks.with_features(c.D, c.real)
    fake = c.D(c.fake)
    mixed = c.alpha * c.real + (1 - c.alpha) * c.fake
    penalty = ((norms_of_gradients(c, mixed) - 1) ** 2).mean()
    apart = (first - second).squeeze(1) ** 2 + 0.1 * ((features - again) ** 2).mean(1)
    consistency = torch.clamp(float(c.params["lambda2"]) * apart - float(c.params["margin"]), min=0).mean()
    return fake.mean() - first.mean() + float(c.params["lambda"]) * penalty + consistency


# Nowozin et al. 2016, arXiv:1606.00709, tables 2 and 6: the output activation and
# the conjugate as they stand there.
F_ACTIVATION = {
    "kl": lambda v: v,
    "reverse-kl": lambda v: -torch.exp(-v),
    "pearson": lambda v: v,
    "squared-hellinger": lambda v: 1 - torch.exp(-v),
    "js": lambda v: math.log(2) - torch.log(1 + torch.exp(-v)),
    "gan": lambda v: -torch.log(1 + torch.exp(-v)),
}
F_CONJUGATE = {
    "kl": lambda t: torch.exp(t - 1),
    "reverse-kl": lambda t: -1 - torch.log(-t),
    "pearson": lambda t: t ** 2 / 4 + t,
    "squared-hellinger": lambda t: t / (1 - t),
    "js": lambda t: -torch.log(2 - torch.exp(t)),
    "gan": lambda t: -torch.log(1 - torch.exp(t)),
}


def fgan_d(c):
    g, conjugate = F_ACTIVATION[c.params["divergence"]], F_CONJUGATE[c.params["divergence"]]
    real, fake = c.both()
    return conjugate(g(fake)).mean() - g(real).mean()


def fgan_g(c):
    g, conjugate = F_ACTIVATION[c.params["divergence"]], F_CONJUGATE[c.params["divergence"]]
    t = g(c.D(c.fake))
    return -(conjugate(t) if c.params["loss"] == "saturating" else t).mean()


# Mirza & Osindero 2014, arXiv:1411.1784, equation 2: both players see the class.
def cgan_g(c):
    return cross_entropy(c.D(c.seen(c.fake)), True)


# Odena et al. 2016, arXiv:1610.09585, equations 2 and 3. Output 0 is the source.
def acgan_d(c):
    real, fake = c.both()
    source = cross_entropy(real[:, 0], True) + cross_entropy(fake[:, 0], False)
    return source + F.cross_entropy(real[:, 1:], c.of) + F.cross_entropy(fake[:, 1:], c.of)


def acgan_g(c):
    fake = c.D(c.fake)
    return cross_entropy(fake[:, 0], True) + F.cross_entropy(fake[:, 1:], c.of)


# Chen et al. 2016, arXiv:1606.03657, equations 4 to 6: E log Q(c|x) + H(c), for a
# uniform category and for numbers from U(−1,1) under a Gaussian of variance 1.
def information(c, fake):
    k = int(c.params["categories"])
    total = math.log(k) - F.cross_entropy(fake[:, 1:1 + k], c.of)
    for i, code in enumerate(c.codes):
        q = torch.distributions.Normal(fake[:, 1 + k + i], torch.ones(()))
        total = total + q.log_prob(code.squeeze(1)).mean() + math.log(2)
    return total


def infogan_d(c):
    real, fake = c.both()
    gan = cross_entropy(real[:, 0], True) + cross_entropy(fake[:, 0], False)
    return gan - float(c.params["lambda"]) * information(c, fake)


def infogan_g(c):
    fake = c.D(c.fake)
    return cross_entropy(fake[:, 0], True) - float(c.params["lambda"]) * information(c, fake)


# Odena 2016, arXiv:1606.01583, section 2: the last class is FAKE.
def sgan_d(c):
    real, fake = (F.softmax(outputs, 1) for outputs in c.both())
    loss = -torch.log(1 - real[:, -1]).mean() - torch.log(fake[:, -1]).mean()
    if c.labelled is not None:
        loss = loss + F.cross_entropy(c.D(c.labelled), c.labels)
    return loss


def sgan_g(c):
    p_fake = F.softmax(c.D(c.fake), 1)[:, -1]
    if c.params["loss"] == "saturating":
        return torch.log(p_fake).mean()
    return -torch.log(1 - p_fake).mean()


# Salimans et al. 2016, arXiv:1606.03498, sections 3.1 and 5, in the form of the
# authors' code for MNIST.
def featmatch_d(c):
    real, fake = (torch.logsumexp(outputs, 1) for outputs in c.both())
    loss = -0.5 * real.mean() + 0.5 * F.softplus(real).mean() + 0.5 * F.softplus(fake).mean()
    if c.labelled is not None:
        labelled = c.D(c.labelled)
        chosen = labelled.gather(1, c.labels[:, None]).squeeze(1)
        loss = loss - chosen.mean() + torch.logsumexp(labelled, 1).mean()
    return loss


def featmatch_g(c):
    real, fake = (networks.with_features(c.D, x)[1] for x in (c.real, c.fake))
    return ((real.mean(0) - fake.mean(0)) ** 2).sum()


DISCRIMINATOR = {
    "cgan": gan_d, "acgan": acgan_d, "infogan": infogan_d, "sgan": sgan_d, "featmatch": featmatch_d,
    "dcgan": dcgan_d, "ebgan": ebgan_d, "began": began_d, "lossgan": lossgan_d,
    "sngan": sngan_d, "ctgan": ctgan_d, "fgan": fgan_d,
    "gan": gan_d, "lsgan": lsgan_d, "wgan": wgan_d,
    "wgangp": wgangp_d, "dragan": dragan_d, "catgan": catgan_d,
}
GENERATOR = {
    "cgan": cgan_g, "acgan": acgan_g, "infogan": infogan_g, "sgan": sgan_g, "featmatch": featmatch_g,
    "dcgan": dcgan_g, "ebgan": ebgan_g, "began": began_g, "lossgan": lossgan_g,
    "sngan": sngan_g, "ctgan": wgan_g, "fgan": fgan_g,
    "gan": gan_g, "lsgan": lsgan_g, "wgan": wgan_g,
    "wgangp": wgan_g, "dragan": gan_g, "catgan": catgan_g,
}
