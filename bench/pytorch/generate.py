"""Makes images with a reference network's generator for some seconds and prints,
as JSON, how many a second.

    python3 bench/pytorch/generate.py --arch dcgan28 --batch 1 --threads 2 --form frozen

The generator is as train.py trains it, in evaluation. --form frozen traces and
freezes it, which folds batch norm into the weights as an export does.
"""

import argparse
import json
import time

import train


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--arch", choices=train.SHAPES, default="dcgan28")
    p.add_argument("--batch", type=int, default=64)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--form", choices=("eager", "frozen"), default="eager")
    p.add_argument("--warm-up", type=float, default=1.5, help="seconds before the clock starts")
    p.add_argument("--seconds", type=float, default=8, help="seconds on the clock")
    o = p.parse_args()
    o.variant, o.wait, o.malloc, o.memory_format, o.bf16 = "wgangp", "passive", "keep", "default", False
    return o


def rate(generator, z, seconds):
    """Images a second, of the same latents again and again."""
    images, begin = 0, time.perf_counter()
    while True:
        generator(z)
        images += len(z)
        elapsed = time.perf_counter() - begin
        if elapsed >= seconds:
            return images / elapsed


def main():
    o = options()
    train.restart_with_settings(o)
    training = train.Training(o)
    torch, generator = training.torch, training.G.eval()
    z = torch.randn(o.batch, training.latent)
    with torch.inference_mode():
        if o.form == "frozen":
            generator = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(generator, z)))
        rate(generator, z, o.warm_up)
        print(json.dumps({
            "images_per_second": rate(generator, z, o.seconds),
            "generator": sum(p.numel() for p in training.G.parameters()),
        }))


if __name__ == "__main__":
    main()
