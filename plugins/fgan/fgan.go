// Package fgan is the f-GAN (Nowozin et al. 2016, "f-GAN: Training Generative
// Neural Samplers using Variational Divergence Minimization", arXiv:1606.00709).
//
// For every convex f with f(1) = 0 there is a divergence of the data's density p
// from the samples' q,
//
//	D_f(P‖Q) = ∫ q(x)·f(p(x)/q(x)) dx  ≥  E_P T(x) − E_Q f*(T(x))
//
// for any function T into the domain of the conjugate f* (equation 4). The
// discriminator gives V(x), any number, and T = g(V) with an output activation g
// for each f (table 2 and 6); it makes the bound tight, the generator makes the
// divergence small:
//
//	discriminator: −E g(V(x)) + E f*(g(V(x̃)))
//	generator:     −E f*(g(V(x̃))), or −E g(V(x̃)) (section 3.2)
//
// The second form of the generator, the non-saturating one, is the default.
package fgan

import (
	"math"

	"github.com/ganzoo/ganzoo/gan"
	"github.com/ganzoo/ganzoo/graph"
)

// Variant has the Jensen-Shannon divergence by default; the preset has the network and
// batches of the paper for MNIST.
var Variant = &gan.Variant{
	Name:  "fgan",
	Title: "f-divergence GAN",
	Year:  2016,
	Paper: "arXiv:1606.00709",
	Objective: `discriminator: −E g(V(x)) + E f*(g(V(x̃)))
generator:     −E g(V(x̃)) (non-saturating) or −E f*(g(V(x̃))) (saturating)
with g and f* of a divergence: kl reverse-kl pearson squared-hellinger js gan`,

	Params: []gan.Param{
		{Name: "divergence", Default: "js", Choices: names(), Doc: "the f-divergence that is minimised"},
		{Name: "loss", Default: nonSaturating, Choices: []string{nonSaturating, saturating}, Doc: "the generator's loss"},
	},
	Images: gan.Setup{Arch: "slim28", Batch: 64, Steps: 8000, Set: map[string]any{
		"lr_d": 2e-4, "lr_g": 1e-3, "beta1": 0.5,
	}},
	Points: gan.Setup{Batch: 256, Steps: 20000, Set: map[string]any{"lr_d": 1e-3, "lr_g": 1e-3}},
	Original: gan.Setup{Arch: "fgan", Batch: 4096, Set: map[string]any{
		"loss": saturating, "divergence": "gan", "lr_d": 2e-4, "lr_g": 2e-4, "prior": "uniform", "ema": 0.0,
	}},

	Discriminator: discriminator,
	Generator:     generator,
}

const (
	nonSaturating = "non-saturating"
	saturating    = "saturating"
)

// divergence is a line of the paper's table 2. conjugate is f*(g(v)), worked out
// so that nothing overflows that need not.
type divergence struct {
	name         string
	g, conjugate func(v *graph.Node) *graph.Node
}

var divergences = []divergence{
	// f(u) = u·log u;  f*(t) = e^{t−1}
	{"kl", identity, func(v *graph.Node) *graph.Node { return v.Sub(1).Exp() }},
	// f(u) = −log u;  g(v) = −e^{−v},  f*(t) = −1 − log(−t)
	{"reverse-kl",
		func(v *graph.Node) *graph.Node { return v.Neg().Exp().Neg() },
		func(v *graph.Node) *graph.Node { return v.Sub(1) }},
	// f(u) = (u − 1)²;  f*(t) = t²/4 + t
	{"pearson", identity, func(v *graph.Node) *graph.Node { return v.Square().Mul(0.25).Add(v) }},
	// f(u) = (√u − 1)²;  g(v) = 1 − e^{−v},  f*(t) = t/(1 − t)
	{"squared-hellinger",
		func(v *graph.Node) *graph.Node { return v.Neg().Exp().Neg().Add(1) },
		func(v *graph.Node) *graph.Node { return v.Exp().Sub(1) }},
	// f(u) = −(u + 1)·log((1 + u)/2) + u·log u;  g(v) = log 2 − SP(−v),  f*(t) = −log(2 − e^t)
	{"js",
		func(v *graph.Node) *graph.Node { return v.Neg().Softplus().Neg().Add(math.Ln2) },
		func(v *graph.Node) *graph.Node { return v.Softplus().Sub(math.Ln2) }},
	// f(u) = u·log u − (u + 1)·log(u + 1);  g(v) = −SP(−v),  f*(t) = −log(1 − e^t)
	{"gan",
		func(v *graph.Node) *graph.Node { return v.Neg().Softplus().Neg() },
		(*graph.Node).Softplus},
}

func identity(v *graph.Node) *graph.Node { return v }

func names() []string {
	var list []string
	for _, d := range divergences {
		list = append(list, d.name)
	}
	return list
}

// chosen returns the divergence of the settings.
func chosen(s *gan.Step) divergence {
	for _, d := range divergences {
		if d.name == s.Choice("divergence") {
			return d
		}
	}
	panic("fgan: the setting divergence has a choice without a line in the table")
}

func discriminator(s *gan.Step) *graph.Node {
	f := chosen(s)
	bound := f.g(s.D(s.Real)).Mean().Sub(f.conjugate(s.D(s.Fake)).Mean())
	s.Report("divergence", bound)
	return bound.Neg()
}

func generator(s *gan.Step) *graph.Node {
	f := chosen(s)
	if s.Choice("loss") == saturating {
		return f.conjugate(s.D(s.Fake)).Mean().Neg()
	}
	return f.g(s.D(s.Fake)).Mean().Neg()
}
