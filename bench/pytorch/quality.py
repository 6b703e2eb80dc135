"""Trains the PyTorch twin of a training with ganzoo and keeps samples at given
moments, as .npy files. Prints a line of JSON for each.

    python3 bench/pytorch/quality.py --variant lsgan --settings '{…}' --data train-x.npy \\
        --moments 10,20,30 --samples 5000 --out folder

--settings is the configuration that ganzoo says it trains with: network, batch,
rates, decay of the averaged generator. The clock stands still while samples are
made.
"""

import argparse
import copy
import json
import pathlib
import time

import train


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--variant", required=True)
    p.add_argument("--settings", type=json.loads, required=True)
    p.add_argument("--data", required=True, help="uint8 N×1×28×28 as .npy")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--moments", required=True, help="seconds, joined by commas")
    p.add_argument("--samples", type=int, default=5000)
    p.add_argument("--out", required=True)
    o = p.parse_args()
    o.arch, o.batch = o.settings["arch"], o.settings["batch"]
    o.wait, o.malloc, o.memory_format, o.bf16 = "passive", "keep", "default", False
    return o


class Twin(train.Training):
    def __init__(self, o):
        import numpy

        said = o.settings["params"]
        usual = train.VARIANTS[o.variant]
        number = lambda name: float(said[name])
        norm = said.get("norm_d", usual["norm_d"])
        train.VARIANTS[o.variant] = {
            **usual, "n_critic": int(said["n_critic"]), "betas": (number("beta1"), number("beta2")),
            "norm_d": usual["norm_d"] if norm == "network" else norm,
        }
        super().__init__(o)
        if o.arch != "mlp":
            for network in (self.G, self.D):
                network.apply(self.start_as_dcgan)
        self.optimizer_d.param_groups[0]["lr"] = number("lr_d")
        self.optimizer_g.param_groups[0]["lr"] = number("lr_g")
        data = numpy.load(o.data)
        self.data = self.torch.from_numpy(data.reshape(len(data), *self.shape))
        self.decay, self.steps = number("ema"), 0
        self.average = copy.deepcopy(self.G)

    def start_as_dcgan(self, layer):
        """Weights from N(0, 0.02), no biases, as ganzoo starts convolutional networks."""
        if getattr(layer, "weight", None) is not None and layer.weight.dim() > 1:
            self.torch.nn.init.normal_(layer.weight, 0, 0.02)
            if layer.bias is not None:
                self.torch.nn.init.zeros_(layer.bias)

    def step(self):
        for _ in range(self.params["n_critic"]):
            self.step_d()
        self.step_g()
        decay = min((1 + self.steps) / (10 + self.steps), self.decay)
        self.steps += 1
        live, mean = self.G.state_dict(), self.average.state_dict()
        with self.torch.no_grad():
            for name, value in mean.items():
                if value.is_floating_point():
                    value.lerp_(live[name], 1 - decay)

    def sample(self, n):
        self.average.eval()
        with self.torch.no_grad():
            return self.torch.cat([self.average(self.torch.randn(min(500, n - i), self.latent)) for i in range(0, n, 500)])


def main():
    import numpy

    o = options()
    train.restart_with_settings(o)
    twin = Twin(o)
    seconds, begin = 0.0, time.perf_counter()
    for at in map(float, o.moments.split(",")):
        while seconds + time.perf_counter() - begin < at:
            twin.step()
        seconds += time.perf_counter() - begin
        name = f"{at:g}.npy"
        numpy.save(pathlib.Path(o.out) / name, twin.sample(o.samples).numpy())
        images = twin.steps * twin.params["n_critic"] * o.batch
        print(json.dumps({"seconds": seconds, "images": images, "file": name}), flush=True)
        begin = time.perf_counter()


if __name__ == "__main__":
    main()
