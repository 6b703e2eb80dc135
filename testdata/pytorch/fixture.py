"""Writes the files that the Go tests read: safetensors with float32 arrays,
text metadata, and the checksum that package nn/checkpoint looks for."""

import hashlib
import json
import struct

import numpy as np

BLANK = "0" * 64


def write(path, arrays, metadata):
    """Stores arrays (name to tensor or array) and metadata (name to text)."""
    header = {"__metadata__": dict(metadata, **{"ganzoo.checksum": "sha256:" + BLANK})}
    data = b""
    for name in sorted(arrays):
        value = np.asarray(arrays[name], dtype="<f4")
        end = len(data) + value.nbytes
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [len(data), end]}
        data += value.tobytes()
    text = json.dumps(header, separators=(",", ":"), sort_keys=True).encode()
    text += b" " * (-len(text) % 8)
    content = struct.pack("<Q", len(text)) + text + data
    digest = hashlib.sha256(content).hexdigest()
    with open(path, "wb") as f:
        f.write(content.replace(("sha256:" + BLANK).encode(), ("sha256:" + digest).encode(), 1))
