"""Checks a model with the ONNX checker and runs it with OpenCV.

    python3 check.py MODEL.onnx EXPECTED TOLERANCE BATCHES INPUT=FILE.npy...

EXPECTED is a file of what the first output is to be, or OUTPUT=FILE.npy,OUTPUT=FILE.npy...

Debian's python3-onnx and python3-opencv are enough.
"""

import re
import sys

import cv2
import numpy
import onnx
from onnx import shape_inference


def check_form(path):
    """The file is valid ONNX, and shape inference agrees with what it declares."""
    model = onnx.load(path)
    # Not of the path: given one, a full check writes the shapes it infers into the file.
    onnx.checker.check_model(model, full_check=True)
    shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    opset, = (o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
    print(f"onnx {onnx.__version__} checker: opset {opset}, IR {model.ir_version}, {len(model.graph.node)} nodes")


def run_opencv(path, inputs, outputs, n):
    """The outputs of these names for the first n examples; "" is the only one."""
    net = cv2.dnn.readNetFromONNX(path)
    for name, array in inputs.items():
        net.setInput(array[:n].copy(), name)
    return {name: net.forward(name) if name else net.forward() for name in outputs}


def reason(e):
    """The operator that OpenCV stumbles over, or what it says of it."""
    node = re.search(r"\[(\w+)@?[\w.]*\]:\(", e.msg) or re.search(r"::parse(\w+)\(", e.msg)
    return f"does not read this use of {node[1]}" if node else " ".join(e.err.split())[:160]


def main(path, expected, tolerance, batches, *pairs):
    check_form(path)
    wants = {name: numpy.load(file) for name, _, file in (p.rpartition("=") for p in expected.split(","))}
    inputs = {name: numpy.load(file) for name, file in (p.split("=", 1) for p in pairs)}
    failed = False
    for n in map(int, batches.split(",")):
        try:
            got = run_opencv(path, inputs, wants, n)
        except cv2.error as e:
            print(f"OpenCV {cv2.__version__}, batch {n}: {reason(e)}")
            failed = True
            continue
        odd = [name for name in wants if got[name].shape != wants[name][:n].shape]
        if odd:
            print(f"OpenCV {cv2.__version__}, batch {n}: shape {got[odd[0]].shape}; want {wants[odd[0]][:n].shape}")
            failed = True
            continue
        largest = max(float(numpy.abs(got[name] - wants[name][:n]).max()) for name in wants)
        ok = largest <= float(tolerance)  # false for NaN
        print(f"OpenCV {cv2.__version__}, batch {n}: largest difference {largest:.1e}" + ("" if ok else f", above {tolerance}"))
        failed = failed or not ok
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
