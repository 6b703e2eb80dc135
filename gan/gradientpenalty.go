package gan

import (
	"github.com/ganzoo/ganzoo/graph"
	"github.com/ganzoo/ganzoo/internal/fault"
)

// gradientPenalty adds λ·E(‖∇D(x̂)‖₂ − 1)² to the discriminator's loss, at
// random points x̂ between data and samples (WGAN-GP, Gulrajani et al. 2017,
// arXiv:1704.00028) or near data (DRAGAN, Kodali et al. 2017, arXiv:1705.07215),
// or λ·E‖∇D(x)‖₂² at the data (R₁, Mescheder et al. 2018, arXiv:1801.04406).
var gradientPenalty = trick{
	settings: []Param{
		{Name: "gradient_penalty", Default: 0.0, On: 10.0, Max: 1e4, Doc: "weight of a penalty on the discriminator's gradients; goes with norm_d=none"},
		{Name: "gradient_penalty_at", Default: penaltyBetween, Choices: []string{penaltyBetween, penaltyNear, penaltyData}, Doc: "pull norms to 1 between data and samples (1704.00028) or near data (1705.07215), or to 0 at data (1801.04406)"},
	},
	discriminator: func(s *Step, loss *graph.Node) *graph.Node {
		weight := s.Param("gradient_penalty")
		if weight == 0 {
			return loss
		}
		var penalty *graph.Node
		switch s.Choice("gradient_penalty_at") {
		case penaltyBetween:
			alpha := s.PerScore("gradient_penalty", 0, 1)
			penalty = s.GradNorms(s.Fake.Add(s.Real.Sub(s.Fake).Mul(alpha))).Sub(1).Square()
		case penaltyNear:
			sd := s.Real.Sub(s.Real.Mean()).Square().Mean().Sqrt()
			noise := s.Uniform("gradient_penalty", 0, 1, s.Real.Shape()...).Mul(sd).Mul(0.5)
			penalty = s.GradNorms(s.Real.Add(noise)).Sub(1).Square()
		default:
			penalty = s.GradNorms(s.Real).Square()
		}
		return loss.Add(penalty.Mean().Mul(weight))
	},
	check: func(v *Variant, s *Settings) error {
		if s.Param("gradient_penalty") > 0 && (v.Autoencoder || v.outputs(s) != 1) {
			return fault.New(fault.Usage, v.Name+" needs a discriminator that gives more than one score, a gradient penalty is of one",
				"--set gradient_penalty", "leave it out")
		}
		return nil
	},
}

const (
	penaltyBetween = "between"
	penaltyNear    = "near"
	penaltyData    = "data"
)
