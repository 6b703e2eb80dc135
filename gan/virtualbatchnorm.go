package gan

import (
	"github.com/ganzoo/ganzoo/gan/arch"
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// virtualBatchNorm normalises each sample by a reference batch and itself, not
// by the batch that it happens to be in (Salimans et al. 2016, arXiv:1606.03498,
// section 3.5): in the generator, as in the paper. The reference is the samples
// of as many latents as a batch has, drawn once; every step makes them anew.
var virtualBatchNorm = trick{
	settings: []Param{{Name: "virtual_batch_norm", Default: false, Doc: "normalise the generator by a reference batch (1606.03498); doubles its work"}},
	state: func(m *Model) {
		if m.Settings.Flag("virtual_batch_norm") {
			m.reference = m.Latents("reference", m.Settings.Seed, m.Settings.Batch)
		}
	},
	check: func(v *Variant, s *Settings) error {
		switch {
		case !s.Flag("virtual_batch_norm"):
			return nil
		case v.conditional(s):
			return fault.New(fault.Usage, v.Name+" has a class for each sample, the reference has none", "--set virtual_batch_norm", "leave it out")
		case s.Choice("norm_g") != string(arch.BatchNorm):
			return fault.New(fault.Usage, "the generator has no batch normalisation to make virtual", "--set virtual_batch_norm", "add --set norm_g=batch")
		}
		return nil
	},
}

// generate applies the generator to what it takes, N×(latent …), behind the
// reference where there is one.
func (s *Step) generate(z *graph.Node) *graph.Node {
	reference := s.model.reference
	if reference == nil || s.phase == evaluating {
		return s.model.G.Apply(s.g, z)
	}
	n, rows := reference.Shape[0], z.Shape()[0]
	all := s.model.G.Apply(s.g.Virtual(n), graph.Concat(0, s.Graph.Constant(reference), z))
	return all.Slice(0, n, n+rows)
}
