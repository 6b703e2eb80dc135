"""Writes torch.json: what PyTorch gives for the optimisers and layers that
package nn compares itself with. Run with PyTorch 1.13 or later:

    python3 reference.py > torch.json
"""
import json

import torch

torch.manual_seed(1)
torch.set_num_threads(1)


def numbers(t):
    return [float(f"{v:.9g}") for v in t.detach().double().flatten().tolist()]


def optimizer(name, make, steps=6, halve=None):
    w = torch.nn.Parameter(torch.randn(5))
    out = {"name": name, "w": numbers(w), "grads": [], "after": []}
    o = make([w])
    for i in range(steps):
        # Six orders of magnitude, so that no epsilon hides.
        g = torch.randn(5) * torch.tensor([1e-6, 1e-3, 1e-1, 1.0, 10.0])
        w.grad = g.clone()
        o.step()
        if halve and (i + 1) % halve == 0:
            o.param_groups[0]["lr"] /= 2
        out["grads"].append(numbers(g))
        out["after"].append(numbers(w))
    return out


class MinibatchDiscrimination(torch.nn.Module):
    """Salimans et al. 2016, section 3.2, one pair of examples after another."""

    def __init__(self, features, rows, numbers):
        super().__init__()
        self.size = (-1, rows, numbers)
        self.weight = torch.nn.Parameter(torch.empty(rows * numbers, features))

    def forward(self, x):
        m = (x @ self.weight.T).reshape(self.size)
        similar = [sum(torch.exp(-(m[i] - m[j]).abs().sum(1)) for j in range(len(m)) if j != i) for i in range(len(m))]
        return torch.cat([x, torch.stack(similar)], 1)


class WeightNormDense(torch.nn.Module):
    """Salimans & Kingma 2016, equation 2, with PyTorch's own weight norm."""

    def __init__(self, features, outputs):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.empty(outputs, features))
        self.weight_g = torch.nn.Parameter(torch.empty(outputs, 1))
        self.bias = torch.nn.Parameter(torch.empty(outputs))

    def forward(self, x):
        return torch.nn.functional.linear(x, torch._weight_norm(self.weight, self.weight_g, 0), self.bias)


def spectral(module):
    return torch.nn.utils.spectral_norm(module)


def variables(named):
    """By the names of package nn, which keeps no v."""
    return {k.replace("weight_orig", "weight"): numbers(v) for k, v in named
            if v.dtype == torch.float32 and not k.endswith("weight_v")}


def layer(name, module, shape, training=True):
    """One forward and backward pass from dy, and the buffers afterwards."""
    for p in module.parameters():
        torch.nn.init.normal_(p)
    before = variables(module.state_dict().items())
    if training:
        module.train()
    else:
        module.eval()
    x = torch.randn(*shape, requires_grad=True)
    y = module(x)
    dy = torch.randn_like(y)
    y.backward(dy)
    after = variables(module.state_dict().items())
    return {
        "name": name, "shape": list(shape), "training": training, "before": before, "after": after,
        "x": numbers(x), "y": numbers(y), "y_shape": list(y.shape), "dy": numbers(dy), "dx": numbers(x.grad),
        "gradients": variables((k, p.grad) for k, p in module.named_parameters()),
    }


print(json.dumps({
    "optimizers": [
        optimizer("sgd", lambda p: torch.optim.SGD(p, lr=0.1)),
        optimizer("momentum", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
        optimizer("rmsprop", lambda p: torch.optim.RMSprop(p, lr=5e-3)),
        optimizer("adam", lambda p: torch.optim.Adam(p, lr=1e-2, betas=(0.5, 0.999))),
        optimizer("adam-wgangp", lambda p: torch.optim.Adam(p, lr=1e-2, betas=(0.0, 0.9))),
        optimizer("adam-halving", lambda p: torch.optim.Adam(p, lr=1e-2, betas=(0.5, 0.999)), halve=2),
    ],
    "layers": [
        layer("dense", torch.nn.Linear(4, 3), (5, 4)),
        layer("conv", torch.nn.Conv2d(2, 3, 4, 2, 1), (2, 2, 6, 6)),
        layer("conv-odd", torch.nn.Conv2d(2, 3, 3, 2, 1, bias=False), (2, 2, 5, 6)),
        layer("conv-transpose", torch.nn.ConvTranspose2d(3, 2, 4, 2, 1), (2, 3, 3, 3)),
        layer("batch-norm-images", torch.nn.BatchNorm2d(3), (4, 3, 2, 2)),
        layer("batch-norm-vectors", torch.nn.BatchNorm1d(3), (6, 3)),
        layer("batch-norm-inference", torch.nn.BatchNorm2d(3), (4, 3, 2, 2), training=False),
        layer("layer-norm", torch.nn.GroupNorm(1, 3), (4, 3, 2, 2)),
        layer("elu", torch.nn.ELU(), (3, 4)),
        layer("upsample", torch.nn.Upsample(scale_factor=2, mode="nearest"), (2, 3, 2, 3)),
        layer("minibatch", MinibatchDiscrimination(4, 3, 2), (5, 4)),
        layer("spectral-dense", spectral(torch.nn.Linear(4, 3)), (5, 4)),
        layer("spectral-conv", spectral(torch.nn.Conv2d(2, 3, 4, 2, 1)), (2, 2, 6, 6)),
        layer("spectral-conv-transpose", spectral(torch.nn.ConvTranspose2d(3, 2, 4, 2, 1)), (2, 3, 3, 3)),
        layer("weight-norm", WeightNormDense(4, 3), (5, 4)),
        layer("softplus", torch.nn.Softplus(), (3, 4)),
        layer("sigmoid", torch.nn.Sigmoid(), (3, 4)),
    ],
}, indent=None, separators=(",", ":")))
