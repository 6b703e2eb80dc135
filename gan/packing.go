package gan

import (
	"fmt"

	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// packing shows the discriminator m examples at once, joined along their
// channels (PacGAN, Lin et al. 2017, arXiv:1712.04086): a lack of variety is
// plain to see in a pack. There is one score a pack, N/m of a batch, and so one
// gradient and one point to take it at: see Step.PerScore.
var packing = trick{
	settings: []Param{{Name: "packing", Default: 1, On: 2, Min: 1, Max: 64, Doc: "examples that the discriminator sees joined (1712.04086)"}},
	input: func(s *Step, x *graph.Node) *graph.Node {
		m := s.Int("packing")
		shape := x.Shape().Clone()
		shape[0], shape[1] = shape[0]/m, shape[1]*m
		return x.Reshape(shape...)
	},
	check: func(v *Variant, s *Settings) error {
		m := s.Int("packing")
		switch {
		case m == 1:
			return nil
		case v.Autoencoder || v.Outputs != nil:
			return fault.New(fault.Usage, v.Name+" needs a discriminator that answers for single examples", "--set packing", "leave it out")
		case s.Batch%m != 0:
			return fault.New(fault.Usage, fmt.Sprintf("a batch of %d does not make whole packs of %d", s.Batch, m), "--set packing", "give a batch that is a multiple")
		}
		return nil
	},
}
