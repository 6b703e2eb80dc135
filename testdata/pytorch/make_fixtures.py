"""Makes the fixtures of plugins/parity_test.go: for each variant one update of
the discriminator and one of the generator as PyTorch does them.

    python3 testdata/pytorch/make_fixtures.py

PyTorch works in float64 on inputs and weights that are float32 numbers, so what
the files hold is right to the last digit of float32. Made with PyTorch 1.13;
the numbers drawn are NumPy's RandomState, which does not change.

In so small networks sums may cancel, and batch norm may divide by next to
nothing. A draw on which PyTorch's own float32 loses more than CONDITION of a
tensor's largest value says nothing about other programs: another is taken.

A file SET.safetensors holds, beside the configuration in its metadata:

    initial/VARIABLE                  all variables before the first update
    discriminator/input/NAME          examples and random draws of an update
    discriminator/loss, discriminator/gradient/WEIGHT
    discriminator/after/VARIABLE      those that the update may change
    generator/…                       the same for the update that follows
"""

import itertools
import json
import pathlib
import zlib

import numpy as np
import torch

import fixture
import networks
import objectives

SHAPES = {"mlp": (1, 4, 4), "slim28": (1, 28, 28)}
BATCH = {"mlp": 16, "slim28": 6}
SIZES = {"mlp": {"latent": "5", "width": "8"}, "slim28": {"latent": "6", "width": "2"}}
CLASSES = 4
# Variants whose networks are told the class of each example.
CLASS_IN_G = ("cgan", "acgan")
CLASS_IN_D = ("cgan",)
ADAM = {"optimizer": "adam", "beta1": "0.5", "beta2": "0.999"}
# Far above what trains well, so that an error in an update is seen in a weight.
RATES = {"lr_d": "0.01", "lr_g": "0.02"}
CONDITION = 2e-6
CANCELLED = 1e-6  # of the largest gradient; what is smaller is nothing but rounding
STEPS_BEFORE = 3  # updates that the optimisers are taken to have made already

# WGAN's bound is 0.25 and not 0.01, with which a critic so small has activations
# below the epsilon of batch norm, and losses that are nothing but rounding.
# EBGAN and BEGAN have no batch norm after the code: it would cancel the gradient
# by the bias of the code.
SETS = {
    "gan": ("gan", "batch", {**ADAM, "loss": "non-saturating"}),
    "gan-saturating": ("gan", "batch", {**ADAM, "loss": "saturating"}),
    "lsgan": ("lsgan", "batch", {**ADAM, "a": "0", "b": "1", "c": "1"}),
    "lsgan-pearson": ("lsgan", "batch", {**ADAM, "a": "-1", "b": "1", "c": "0"}),
    "lsgan-conditional": ("lsgan", "batch", {**ADAM, "a": "0", "b": "1", "c": "1", "label_map": "3"}),
    "wgan": ("wgan", "batch", {"optimizer": "rmsprop", "clip": "0.25"}),
    "wgangp": ("wgangp", "none", {**ADAM, "beta2": "0.9", "lambda": "10", "one_sided": "false"}),
    "wgangp-one-sided": ("wgangp", "layer", {**ADAM, "beta2": "0.9", "lambda": "10", "one_sided": "true"}),
    "dragan": ("dragan", "none", {**ADAM, "beta2": "0.9", "lambda": "10"}),
    "catgan": ("catgan", "batch", {**ADAM, "clusters": "5"}),
    "dcgan": ("dcgan", "batch", {**ADAM, "label_smoothing": "0.9"}),
    "ebgan": ("ebgan", "none", {**ADAM, "margin": "4", "pull_away": "0.5", "code": "3"}),
    "began": ("began", "none", {**ADAM, "gamma": "0.7", "lambda_k": "0.1", "code": "3", "lr_halve": "5"}),
    "lossgan": ("lossgan", "batch", {**ADAM, "lambda": "0.1", "slope": "0.25"}),
    "sngan": ("sngan", "none", {**ADAM, "loss": "hinge", "spectral_norm": "true"}),
    "sngan-non-saturating": ("sngan", "none", {**ADAM, "loss": "non-saturating", "spectral_norm": "true"}),
    "ctgan": ("ctgan", "none", {**ADAM, "beta2": "0.9", "lambda": "10", "lambda2": "2", "margin": "0.1", "dropout": "0.5"}),
    "fgan": ("fgan", "batch", {**ADAM, "divergence": "js", "loss": "saturating"}),
    "fgan-reverse-kl": ("fgan", "batch", {**ADAM, "divergence": "reverse-kl", "loss": "saturating"}),
    "fgan-squared-hellinger": ("fgan", "batch", {**ADAM, "divergence": "squared-hellinger", "loss": "non-saturating"}),
    "catgan-labels": ("catgan", "batch", {**ADAM, "lambda": "0.5"}),
    "cgan": ("cgan", "batch", {**ADAM}),
    "acgan": ("acgan", "batch", {**ADAM}),
    "infogan": ("infogan", "batch", {**ADAM, "categories": "3", "continuous": "2", "lambda": "0.5"}),
    "infogan-q": ("infogan", "batch", {**ADAM, "categories": "3", "continuous": "1", "lambda": "0.5", "q_hidden": "5"}),
    "sgan": ("sgan", "batch", {**ADAM, "loss": "saturating"}),
    "sgan-labels": ("sgan", "batch", {**ADAM, "loss": "non-saturating"}),
    "featmatch-labels": ("featmatch", "batch", {**ADAM}),
}


def single(values):
    """Numbers that float32 holds, in the precision that is worked in."""
    return torch.from_numpy(np.asarray(values, dtype=np.float32)).to(torch.get_default_dtype())


def full_name(name):
    """A variable's name in package nn, which has one for a weight that is
    normalised, too."""
    return name.replace("weight_bar", "weight")


class Case:
    """Two networks with their optimisers, and the batch of the present update."""

    def __init__(self, name, arch, attempt):
        variant, norm_d, params = SETS[name]
        self.variant, self.arch = variant, arch
        self.params = {**RATES, **SIZES[arch], "norm_d": norm_d, "ema": "0", **params}
        self.labelled_count = 4 if name.endswith("-labels") else 0
        told = (CLASSES, int(params["label_map"])) if "label_map" in params else None
        self.conditional = variant in CLASS_IN_G or told is not None
        self.random = np.random.RandomState(zlib.crc32(f"{name} {arch} {attempt}".encode()))
        outputs = self.outputs()
        (channels, *side), width = SHAPES[arch], int(self.params["width"])
        sizes = SHAPES[arch], int(self.params["latent"]), width
        if "code" in params:
            self.G, self.D = networks.autoencoder(networks.ARCHS[arch], *sizes, int(params["code"]), norm_d)
        else:
            dropout = float(params.get("dropout", "0"))
            given = CLASSES if variant in CLASS_IN_G else self.code_width()
            self.G, _ = networks.ARCHS[arch](SHAPES[arch], sizes[1] + given, width, outputs, norm_d, told=told)
            seen = (channels + (CLASSES if variant in CLASS_IN_D else 0), *side)
            _, self.D = networks.ARCHS[arch](seen, sizes[1], width, outputs, norm_d, dropout=dropout, told=told)
        if "q_hidden" in params:
            self.D[-1] = networks.q_beside(self.D[-1], int(params["q_hidden"]))
        self.spectral = networks.Spectral(self.D) if "spectral_norm" in params else None
        self.state = {"k": single(0.25)} if variant == "began" else {}
        self.moved = {}
        self.begin(self.G, "generator")
        self.begin(self.D, "discriminator")
        if variant == "wgan":
            self.clip_some()
        self.networks = {"generator": self.G, "discriminator": self.D}
        self.optimizers = {name: self.optimizer(name) for name in self.networks}

    def outputs(self):
        """The discriminator's."""
        classes = CLASSES if self.labelled_count else 1
        return {
            "catgan": CLASSES if self.labelled_count else int(self.params.get("clusters", "0")),
            "acgan": 1 + CLASSES, "infogan": 1 + self.code_width(),
            "sgan": classes + 1, "featmatch": classes,
        }.get(self.variant, 1)

    def code_width(self):
        """Numbers in InfoGAN's codes."""
        return int(self.params.get("categories", "0")) + int(self.params.get("continuous", "0"))

    def given(self, z):
        """What the generator takes: z, with codes or the class."""
        if self.variant == "infogan":
            return torch.cat([z, self.category, *self.codes], 1)
        return torch.cat([z, self.y], 1) if self.variant in CLASS_IN_G else z

    def seen(self, x):
        """What the discriminator takes: x, and where it is told the class, a
        feature map for each, all ones or all zeros."""
        if self.variant not in CLASS_IN_D:
            return x
        return torch.cat([x, self.y[:, :, None, None].expand(-1, -1, *x.shape[2:])], 1)

    def begin(self, network, name):
        """Fills a network; parameters get their full names."""
        for key, value in network.state_dict().items():
            draw = self.random.standard_normal(tuple(value.shape))
            if key.endswith("num_batches_tracked"):
                continue
            if key.endswith("running_var"):
                draw = 0.5 + np.abs(draw)
            elif value.dim() == 1:
                draw = 0.2 * draw + (1 if key.endswith("weight") else 0)
            else:
                draw = 1.6 * draw / np.sqrt(value[0].numel())
            value.copy_(single(draw))
        network.prefix = name

    def clip_some(self):
        """Weights of a critic that has been clipped before; some on the edge."""
        clip = float(self.params["clip"])
        for p in self.D.parameters():
            draw = self.random.uniform(-1.5 * clip, 1.5 * clip, tuple(p.shape))
            p.data.copy_(single(np.clip(draw, -clip, clip)))

    def optimizer(self, name):
        network, rate = self.networks[name], float(self.params["lr_" + name[0]])
        if self.params["optimizer"] == "rmsprop":
            return torch.optim.RMSprop(network.parameters(), lr=rate)
        betas = (float(self.params["beta1"]), float(self.params["beta2"]))
        return torch.optim.Adam(network.parameters(), lr=rate, betas=betas)

    def give_moments(self, name):
        """Puts an optimiser in the middle of a training: moments of the size of
        the gradients at hand. From zero, Adam's first update would be the sign
        of the gradient, however small that is."""
        for p in self.networks[name].parameters():
            size = p.grad.abs().max().item() or 1.0
            square = single(size ** 2 * self.random.uniform(0.5, 1.5, tuple(p.shape)))
            mean = single(size * 0.5 * self.random.standard_normal(tuple(p.shape)))
            state = self.optimizers[name].state[p]
            if self.params["optimizer"] == "rmsprop":
                state.update(step=STEPS_BEFORE, square_avg=square)
            else:
                state.update(step=torch.tensor(float(STEPS_BEFORE)), exp_avg=mean, exp_avg_sq=square)

    def variables(self, name):
        """A network's weights and statistics and its optimiser's state, by the
        names of package nn."""
        network, optimizer = self.networks[name], self.optimizers[name]
        found = {f"{name}.{key}": value for key, value in network.state_dict().items()
                 if not key.endswith("num_batches_tracked")}
        if name == "discriminator":
            found.update((f"{name}.state.{key}", value) for key, value in self.state.items())
        scope = f"{name}.optimizer"
        kinds = {"exp_avg": "first", "exp_avg_sq": "second", "square_avg": "square"}
        step = 0
        for key, p in network.named_parameters():
            for kind, value in optimizer.state[p].items():
                if kind == "step":
                    step = float(value)
                else:
                    found[f"{scope}.{kinds[kind]}.{name}.{key}"] = value
        if self.params["optimizer"] == "adam":
            for i in (1, 2):
                found[f"{scope}.correction{i}"] = torch.tensor(1 - float(self.params[f"beta{i}"]) ** step)
        if "lr_halve" in self.params:
            found[f"{scope}.rate_factor"] = torch.tensor(1.0)
            found[f"{scope}.rate_since"] = torch.tensor(step)
        return {full_name(key): value.detach().clone() for key, value in found.items()}

    def draw(self, name):
        """Takes a new batch; returns the inputs that an update consists of."""
        def normal(*shape):
            return single(self.random.standard_normal(shape))

        def uniform(*shape):
            return single(self.random.uniform(0, 1, shape))

        def image(n):
            return single(np.tanh(self.random.standard_normal((n, *shape))))

        shape = SHAPES[self.arch]
        self.real = image(BATCH[self.arch])
        self.z = normal(BATCH[self.arch], int(self.params["latent"]))
        inputs = {"real": self.real, "z": self.z}
        if self.variant in ("wgangp", "ctgan"):
            self.alpha = inputs["alpha"] = uniform(BATCH[self.arch], 1, 1, 1)
        if self.variant == "dragan":
            self.delta = inputs["delta"] = uniform(BATCH[self.arch], *shape)
        inputs.update(self.draw_dropout(uniform, passes=4 if name == "discriminator" else 1))
        if self.conditional:
            self.of = torch.from_numpy(self.random.randint(0, CLASSES, BATCH[self.arch]))
            self.y = inputs["y"] = single(torch.nn.functional.one_hot(self.of, CLASSES))
            for layer in (*self.G, *self.D):
                if isinstance(layer, networks.JoinClass):
                    layer.y = self.y
        if self.variant == "infogan":
            categories = int(self.params["categories"])
            inputs["c1"] = uniform(BATCH[self.arch], 1)
            self.of = (inputs["c1"].squeeze(1) * categories).floor().long()
            self.category = single(torch.nn.functional.one_hot(self.of, categories))
            self.codes = [2 * uniform(BATCH[self.arch], 1) - 1 for _ in range(int(self.params["continuous"]))]
            inputs.update((f"c{i + 2}", code) for i, code in enumerate(self.codes))
        self.labelled = None
        if self.labelled_count:
            self.labelled = inputs["labelled"] = image(self.labelled_count)
            self.labels = torch.from_numpy(self.random.randint(0, CLASSES, self.labelled_count))
            inputs["classes"] = torch.nn.functional.one_hot(self.labels, CLASSES)
        return inputs

    def draw_dropout(self, uniform, passes):
        """Draws for each pass over the discriminator, in their order."""
        x, inputs = self.real, {}
        for i, layer in enumerate(self.D):
            if isinstance(layer, networks.GivenDropout):
                layer.given = [uniform(*x.shape) for _ in range(passes)]
                for n, draws in enumerate(layer.given):
                    inputs[f"discriminator.{i}.dropout" + (f"/{n + 1}" if n else "")] = draws
            elif inputs or any(isinstance(m, networks.GivenDropout) for m in self.D):
                with torch.no_grad():
                    x = layer(x)
        return inputs

    def both(self):
        """Data before samples: the order in which running statistics move."""
        real = self.D(self.seen(self.real))
        return real, self.D(self.seen(self.fake))

    def loss(self, name):
        """The loss of one network on the batch; the other is looked through."""
        if self.spectral:
            self.spectral.normalise(keep=name == "discriminator")
        if name == "discriminator":
            with networks.looked_through(self.G), torch.no_grad():
                self.fake = self.G(self.given(self.z))
            return objectives.DISCRIMINATOR[self.variant](self)
        with networks.looked_through(self.D):
            self.fake = self.G(self.given(self.z))
            return objectives.GENERATOR[self.variant](self)

    def gradients(self, name):
        network = self.networks[name]
        loss = self.loss(name)
        for p, g in zip(network.parameters(), torch.autograd.grad(loss, list(network.parameters()))):
            p.grad = g
        return loss

    def update(self, name):
        self.optimizers[name].step()
        if name == "discriminator":
            self.state.update(self.moved)
        if self.variant == "wgan" and name == "discriminator":
            clip = float(self.params["clip"])
            for p in self.D.parameters():
                p.data.clamp_(-clip, clip)

    def rehearse(self, name):
        """Gives moments that suit the gradients of a batch of its own; running
        statistics move on, as in a training."""
        self.draw(name)
        self.gradients(name)
        self.give_moments(name)
        for key, value in self.networks[name].state_dict().items():
            if "running" in key or key.endswith("weight_u"):
                value.copy_(value.to(torch.float32))

    def record(self):
        for name in self.networks:
            self.rehearse(name)
        arrays = {"initial/" + key: value for name in self.networks for key, value in self.variables(name).items()}
        for name in ("discriminator", "generator"):
            for key, value in self.draw(name).items():
                arrays[f"{name}/input/{key}"] = value
            arrays[f"{name}/loss"] = self.gradients(name).detach()
            for key, p in self.networks[name].named_parameters():
                arrays[full_name(f"{name}/gradient/{name}.{key}")] = p.grad
            self.update(name)
            for key, value in self.variables(name).items():
                arrays[f"{name}/after/{key}"] = value
        return arrays

    def metadata(self):
        return {
            "variant": self.variant, "arch": self.arch, "shape": json.dumps(SHAPES[self.arch]),
            "batch": str(BATCH[self.arch]), "labels": str(self.labelled_count),
            "classes": str(CLASSES if self.labelled_count or self.conditional else 0),
            "params": json.dumps(self.params, sort_keys=True),
        }


def attempt_case(name, arch, attempt, precision):
    torch.set_default_dtype(precision)
    case = Case(name, arch, attempt)
    return case.record(), case.metadata()


def rounding(exact, rounded):
    """The largest difference in any tensor, as a share of its largest value."""
    worst = 0.0
    largest = max(g.abs().max().item() for key, g in exact.items() if "/gradient/" in key)
    for key, value in exact.items():
        size = value.abs().max().item()
        if size > CANCELLED * largest:
            worst = max(worst, (value - rounded[key]).abs().max().item() / size)
    return worst


def main():
    torch.set_num_threads(1)
    folder = pathlib.Path(__file__).parent
    for arch in SHAPES:
        for name in SETS:
            for attempt in itertools.count():
                arrays, metadata = attempt_case(name, arch, attempt, torch.float64)
                if rounding(arrays, attempt_case(name, arch, attempt, torch.float32)[0]) < CONDITION:
                    break
            fixture.write(folder / f"{name}-{arch}.safetensors", arrays, metadata)


if __name__ == "__main__":
    main()
