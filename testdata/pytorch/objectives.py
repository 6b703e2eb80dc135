"""The losses, written from the papers and not from the Go code. Each takes a
case (the networks, the batch, the settings) and returns a scalar to be
minimised. Networks end in logits; both() is D of the real and of the fake ones."""

import torch
import torch.nn.functional as F


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


DISCRIMINATOR = {
    "gan": gan_d, "lsgan": lsgan_d, "wgan": wgan_d,
    "wgangp": wgangp_d, "dragan": dragan_d, "catgan": catgan_d,
}
GENERATOR = {
    "gan": gan_g, "lsgan": lsgan_g, "wgan": wgan_g,
    "wgangp": wgan_g, "dragan": gan_g, "catgan": catgan_g,
}
