"""Writes reference.json: what PyTorch's layers make of the weights of the
classifier of digits. Run with PyTorch 1.13 or later:

    python3 reference.py > reference.json
"""
import json
import struct

import numpy as np
import torch

random = np.random.RandomState(1)


def weights(path):
    """Reads a safetensors file: a length, a JSON header, the arrays."""
    content = open(path, "rb").read()
    end = 8 + struct.unpack("<Q", content[:8])[0]
    arrays = {}
    for name, entry in json.loads(content[8:end]).items():
        if name != "__metadata__":
            first, last = entry["data_offsets"]
            array = np.frombuffer(content[end + first:end + last], "<f4").reshape(entry["shape"])
            arrays[name] = torch.from_numpy(array.copy())
    return arrays


conv = lambda c, m, k, stride, pad: [torch.nn.Conv2d(c, m, k, stride, pad, bias=False), torch.nn.BatchNorm2d(m), torch.nn.ReLU()]
body = torch.nn.Sequential(
    *conv(1, 24, 5, 2, 2), *conv(24, 32, 3, 1, 1), *conv(32, 64, 3, 2, 1), *conv(64, 48, 3, 2, 1),
    torch.nn.Flatten(), torch.nn.Linear(768, 64, bias=False), torch.nn.BatchNorm1d(64), torch.nn.ReLU(),
)
head = torch.nn.Sequential(torch.nn.Linear(64, 10))

# The dense layer is the 13th here, after Flatten, and the 12th there.
renamed = {}
for name, value in weights("../weights/mnist.safetensors").items():
    part, place, kind = name.split(".")
    if part == "body" and int(place) >= 12:
        place = str(int(place) + 1)
    renamed[f"{part}.{place}.{kind}"] = value
for part, net in (("body", body), ("head", head)):
    missing, unexpected = net.load_state_dict({k[5:]: v for k, v in renamed.items() if k.startswith(part)}, strict=False)
    assert not unexpected and all(k.endswith("num_batches_tracked") for k in missing), (missing, unexpected)
    net.eval()

# Strokes: brightness that wanders over the image.
images = np.clip(np.cumsum(random.randint(-60, 61, (3, 28, 28)), 2), 0, 255).astype(np.uint8)
with torch.no_grad():
    features = body(torch.from_numpy(images[:, None].astype(np.float32) / 127.5 - 1))
    probabilities = torch.softmax(head(features), 1)
numbers = lambda t: [float(f"{v:.7g}") for v in t.double().flatten().tolist()]
print(json.dumps({"images": images.flatten().tolist(), "features": numbers(features), "probabilities": numbers(probabilities)}))
