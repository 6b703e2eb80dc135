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


def optimizer(name, make, steps=6):
    w = torch.nn.Parameter(torch.randn(5))
    out = {"name": name, "w": numbers(w), "grads": [], "after": []}
    o = make([w])
    for i in range(steps):
        # Six orders of magnitude, so that no epsilon hides.
        g = torch.randn(5) * torch.tensor([1e-6, 1e-3, 1e-1, 1.0, 10.0])
        w.grad = g.clone()
        o.step()
        out["grads"].append(numbers(g))
        out["after"].append(numbers(w))
    return out


def layer(name, module, shape, training=True):
    """One forward and backward pass from dy, and the buffers afterwards."""
    for p in module.parameters():
        torch.nn.init.normal_(p)
    before = {k: numbers(v) for k, v in module.state_dict().items() if v.dtype == torch.float32}
    if training:
        module.train()
    else:
        module.eval()
    x = torch.randn(*shape, requires_grad=True)
    y = module(x)
    dy = torch.randn_like(y)
    y.backward(dy)
    after = {k: numbers(v) for k, v in module.state_dict().items() if v.dtype == torch.float32}
    return {
        "name": name, "shape": list(shape), "training": training, "before": before, "after": after,
        "x": numbers(x), "y": numbers(y), "y_shape": list(y.shape), "dy": numbers(dy), "dx": numbers(x.grad),
        "gradients": {k: numbers(p.grad) for k, p in module.named_parameters()},
    }


print(json.dumps({
    "optimizers": [
        optimizer("sgd", lambda p: torch.optim.SGD(p, lr=0.1)),
        optimizer("momentum", lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
        optimizer("rmsprop", lambda p: torch.optim.RMSprop(p, lr=5e-3)),
        optimizer("adam", lambda p: torch.optim.Adam(p, lr=1e-2, betas=(0.5, 0.999))),
        optimizer("adam-wgangp", lambda p: torch.optim.Adam(p, lr=1e-2, betas=(0.0, 0.9))),
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
    ],
}, indent=None, separators=(",", ":")))
