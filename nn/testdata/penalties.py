"""Writes penalties.json: the gradient penalty mean((‖∂Σy/∂x‖₂ − 1)²) of small
networks and its gradients, which are second derivatives. float64 on float32
weights and inputs. Run with PyTorch 1.13 or later:

    python3 penalties.py > penalties.json
"""
import json

import torch
from torch import nn

torch.manual_seed(2)
torch.set_num_threads(1)


def draw(*shape):
    return torch.randn(*shape).double()


def numbers(t):
    return [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]


def case(name, network, shape):
    network.double()
    for p in network.parameters():
        # Activations keep their size, and biases and scales are no 0 and 1.
        p.data.copy_(draw(*p.shape) / (p[0].numel() ** 0.5 if p.dim() > 1 else 1))
        p.data.copy_(p.data.float())
    x = draw(*shape).requires_grad_()
    (slope,) = torch.autograd.grad(network(x).sum(), x, create_graph=True)
    penalty = ((slope.flatten(1).norm(2, dim=1) - 1) ** 2).mean()
    parameters = dict(network.named_parameters())
    found = torch.autograd.grad(penalty, list(parameters.values()), allow_unused=True)
    gradients = {k: torch.zeros_like(p) if g is None else g for (k, p), g in zip(parameters.items(), found)}
    return {
        "name": name, "shape": list(shape), "x": numbers(x), "penalty": numbers(penalty)[0],
        "weights": {k: numbers(p) for k, p in parameters.items()},
        "gradients": {k: numbers(g) for k, g in gradients.items()},
    }


def dense(k):
    """A linear layer at one place in the list with what flattens its input."""
    return nn.Sequential(nn.Flatten(), nn.Linear(k, 1))


def named_as_one(record, index):
    """Undoes the place that dense adds: 4.1.weight is 4.weight."""
    for kind in ("weights", "gradients"):
        record[kind] = {k.replace(f"{index}.1.", f"{index}."): v for k, v in record[kind].items()}
    return record


print(json.dumps([
    named_as_one(case("conv", nn.Sequential(
        nn.Conv2d(1, 3, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(3, 4, 4, 2, 1), nn.LeakyReLU(0.2), dense(16),
    ), (3, 1, 8, 8)), 4),
    named_as_one(case("conv transpose", nn.Sequential(
        nn.ConvTranspose2d(2, 3, 4, 2, 1), nn.Tanh(), nn.Conv2d(3, 2, 4, 2, 1), nn.LeakyReLU(0.2), dense(18),
    ), (3, 2, 3, 3)), 4),
    named_as_one(case("layer norm", nn.Sequential(
        nn.Conv2d(1, 3, 4, 2, 1, bias=False), nn.GroupNorm(1, 3), nn.LeakyReLU(0.2), dense(27),
    ), (3, 1, 6, 6)), 3),
], separators=(",", ":")))
