"""Trains a reference network with PyTorch for some seconds and prints, as JSON,
how many real images a second its discriminator saw.

    python3 bench/pytorch/train.py --variant wgangp --arch dcgan28 --threads 2

Networks and objectives are those of testdata/pytorch, whose updates the Go code
is compared with. Each update gathers uint8 images and scales them, draws the
latents, and takes the optimiser's step. No average of the generator is kept.

PyTorch is given its best: no gradient is taken that nobody asks for, real and
fake images go through a discriminator without batch norm as one batch, threads
that wait do so passively (--wait), and memory stays with the process (--malloc).
"""

import argparse
import json
import os
import pathlib
import resource
import sys
import time

# The C library and OpenMP read these once, at the start of a process.
MALLOC = {
    "MALLOC_MMAP_THRESHOLD_": str(1 << 30),
    "MALLOC_TRIM_THRESHOLD_": str(1 << 33),
    "MALLOC_TOP_PAD_": str(1 << 28),
}
STARTED = "GANZOO_BENCH_STARTED"

SHAPES = {"mlp": (1, 28, 28), "slim28": (1, 28, 28), "dcgan28": (1, 28, 28), "dcgan32": (3, 32, 32), "dcgan64": (3, 64, 64)}
LATENT = {"mlp": 128, "slim28": 64, "dcgan28": 62, "dcgan32": 100, "dcgan64": 100}
WIDTH = {"mlp": 512, "slim28": 32, "dcgan28": 64, "dcgan32": 64, "dcgan64": 64}
IMAGES = 1024  # in the data set

ADAM = {"optimizer": "adam", "lr": 2e-4, "betas": (0.5, 0.999), "norm_d": "batch", "n_critic": 1}
VARIANTS = {
    "gan": ADAM,
    "lsgan": {**ADAM, "a": 0, "b": 1, "c": 1},
    "wgan": {**ADAM, "optimizer": "rmsprop", "lr": 5e-5, "n_critic": 5, "clip": 0.01},
    "wgangp": {**ADAM, "lr": 1e-4, "betas": (0.5, 0.9), "norm_d": "none", "n_critic": 5, "lambda": 10},
    "dragan": {**ADAM, "lr": 1e-4, "betas": (0.5, 0.9), "norm_d": "none", "lambda": 10},
    "catgan": {**ADAM, "clusters": 20},
}


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--variant", choices=VARIANTS, default="wgangp")
    p.add_argument("--arch", choices=SHAPES, default="dcgan28")
    p.add_argument("--batch", type=int, default=64)
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--wait", choices=("passive", "active"), default="passive", help="what threads without work do")
    p.add_argument("--malloc", choices=("keep", "default"), default="keep", help="keep: give no memory back to the system")
    p.add_argument("--memory-format", choices=("default", "channels-last"), default="default")
    p.add_argument("--bf16", action="store_true", help="autocast to bfloat16")
    p.add_argument("--warm-up", type=float, default=1.5, help="seconds before the clock starts")
    p.add_argument("--seconds", type=float, default=8, help="seconds on the clock")
    return p.parse_args()


def restart_with_settings(o):
    """Runs this program again with the environment that the options ask for."""
    if os.environ.get(STARTED):
        return
    env = dict(os.environ, **{STARTED: "1"})
    env.update(OMP_WAIT_POLICY=o.wait, OMP_NUM_THREADS=str(o.threads), OPENBLAS_NUM_THREADS=str(o.threads))
    if o.malloc == "keep":
        env.update(MALLOC)
    os.execve(sys.executable, [sys.executable, *sys.argv], env)


class Training:
    def __init__(self, o):
        import torch

        sys.dont_write_bytecode = True
        sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "testdata" / "pytorch"))
        import networks
        import objectives

        self.torch, self.variant, self.batch = torch, o.variant, o.batch
        self.params = VARIANTS[o.variant]
        self.loss_d, self.loss_g = objectives.DISCRIMINATOR[o.variant], objectives.GENERATOR[o.variant]
        self.shape, self.latent = SHAPES[o.arch], LATENT[o.arch]
        torch.set_num_threads(o.threads)
        torch.manual_seed(0)
        self.G, self.D = networks.ARCHS[o.arch](
            self.shape, self.latent, WIDTH[o.arch], self.params.get("clusters", 1), self.params["norm_d"])
        if o.memory_format == "channels-last":
            self.G.to(memory_format=torch.channels_last)
            self.D.to(memory_format=torch.channels_last)
        self.optimizer_g, self.optimizer_d = self.optimizer(self.G), self.optimizer(self.D)
        self.data = torch.randint(0, 256, (IMAGES, *self.shape), dtype=torch.uint8)
        self.labelled = None
        self.autocast = torch.cpu.amp.autocast(enabled=o.bf16, dtype=torch.bfloat16)

    def optimizer(self, network):
        if self.params["optimizer"] == "rmsprop":
            return self.torch.optim.RMSprop(network.parameters(), lr=self.params["lr"])
        return self.torch.optim.Adam(network.parameters(), lr=self.params["lr"], betas=self.params["betas"])

    def draw(self):
        torch = self.torch
        chosen = torch.randint(0, len(self.data), (self.batch,))
        self.real = self.data[chosen].to(torch.float32).mul_(2 / 255).sub_(1)
        if self.variant == "wgangp":
            self.alpha = torch.rand(self.batch, 1, 1, 1)
        if self.variant == "dragan":
            self.delta = torch.rand_like(self.real)

    def both(self):
        if self.params["norm_d"] == "none":
            return self.D(self.torch.cat((self.real, self.fake))).chunk(2)
        return self.D(self.real), self.D(self.fake)

    def update(self, network, optimizer, loss):
        parameters = list(network.parameters())
        for p, g in zip(parameters, self.torch.autograd.grad(loss, parameters)):
            p.grad = g
        optimizer.step()

    def step_d(self):
        self.draw()
        with self.autocast:
            with self.torch.no_grad():
                self.fake = self.G(self.torch.randn(self.batch, self.latent)).float()
            loss = self.loss_d(self)
        self.update(self.D, self.optimizer_d, loss)
        if "clip" in self.params:
            with self.torch.no_grad():
                for p in self.D.parameters():
                    p.clamp_(-self.params["clip"], self.params["clip"])

    def step_g(self):
        with self.autocast:
            self.fake = self.G(self.torch.randn(self.batch, self.latent))
            loss = self.loss_g(self)
        self.update(self.G, self.optimizer_g, loss)

    def run(self, seconds):
        """Trains in whole steps for at least so long; returns images a second."""
        images, begin = 0, time.perf_counter()
        while True:
            for _ in range(self.params["n_critic"]):
                self.step_d()
            self.step_g()
            images += self.params["n_critic"] * self.batch
            elapsed = time.perf_counter() - begin
            if elapsed >= seconds:
                return images / elapsed


def main():
    o = options()
    restart_with_settings(o)
    training = Training(o)
    training.run(o.warm_up)
    rate = training.run(o.seconds)
    print(json.dumps({
        "images_per_second": rate,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "generator": sum(p.numel() for p in training.G.parameters()),
        "discriminator": sum(p.numel() for p in training.D.parameters()),
        "n_critic": training.params["n_critic"],
        "version": training.torch.__version__,
        "threads": o.threads, "wait": o.wait, "malloc": o.malloc,
        "memory_format": o.memory_format, "bf16": o.bf16,
    }))


if __name__ == "__main__":
    main()
