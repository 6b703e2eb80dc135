package gan

import (
	"github.com/ganzoo/ganzoo/graph"
)

// instanceNoise adds normal noise to what the discriminator is shown, data and
// samples alike, so that their distributions overlap (Sønderby et al. 2016,
// arXiv:1610.04490; Arjovsky & Bottou 2017, arXiv:1701.04862). Its standard
// deviation falls from the setting to zero in a straight line.
var instanceNoise = trick{
	settings: []Param{
		{Name: "instance_noise", Default: 0.0, On: 0.1, Max: 10, Doc: "standard deviation of noise on what the discriminator sees, falling to zero (1610.04490)"},
		{Name: "instance_noise_steps", Default: 0, Max: 1e9, Doc: "steps after which it is zero; 0 means the steps of the variant's default budget"},
	},
	state: func(m *Model) {
		if m.Settings.Param("instance_noise") > 0 {
			m.clock = graph.NewVariable("generator.clock", false)
			m.kept = append(m.kept, m.clock)
		}
	},
	input: func(s *Step, x *graph.Node) *graph.Node {
		sd := s.Param("instance_noise")
		if sd == 0 || s.phase == evaluating {
			return x
		}
		done := s.Graph.Variable(s.model.clock).Mul(1 / s.Param("instance_noise_steps"))
		left := s.Graph.Scalar(1).Sub(done).Max(0).Mul(sd)
		return x.Add(s.Normal(s.numbered("instance_noise"), x.Shape()...).Mul(left))
	},
	generator: func(s *Step, loss *graph.Node) *graph.Node {
		if s.model.clock != nil && s.phase == generating {
			s.Graph.Assign(s.model.clock, s.Graph.Variable(s.model.clock).Add(1))
		}
		return loss
	},
}
